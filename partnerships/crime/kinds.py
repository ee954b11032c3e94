"""Which kinds of crime does data.police.uk tell apart, in any year?"""

from django.db.models import TextChoices


class CrimeKind(TextChoices):
    """The kinds of data.police.uk. Two were given up in 2013 and stand in older files alone."""

    VIOLENCE = "violence", "Violence and sexual offences"
    ROBBERY = "robbery", "Robbery"
    THEFT_FROM_PERSON = "theft_from_person", "Theft from the person"
    WEAPONS = "weapons", "Possession of weapons"
    DRUGS = "drugs", "Drugs"
    ANTI_SOCIAL = "anti_social", "Anti-social behaviour"
    DAMAGE = "damage", "Criminal damage and arson"
    PUBLIC_ORDER = "public_order", "Public order"
    BICYCLE_THEFT = "bicycle_theft", "Bicycle theft"
    SHOPLIFTING = "shoplifting", "Shoplifting"
    OTHER_THEFT = "other_theft", "Other theft"
    BURGLARY = "burglary", "Burglary"
    VEHICLE = "vehicle", "Vehicle crime"
    OTHER = "other", "Other crime"
    VIOLENT_UNTIL_2013 = "violent_until_2013", "Violent crime"
    DISORDER_UNTIL_2013 = "disorder_until_2013", "Public disorder and weapons"


BY_WORD = {kind.label.casefold(): kind for kind in CrimeKind}
