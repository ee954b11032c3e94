"""What do the figures of crime near a school say in words, and what can they not say?"""

from datetime import date

from partnerships.queries.crimes import NearSchool, Ring, Spot, Trend

SOURCE = "Contains public sector information licensed under the Open Government Licence v3.0. Source: data.police.uk."
CANNOT_SAY = (
    "Who did it. Nothing here says that a pupil was involved, or that the school is the cause.",
    (
        "Exactly where. Each crime is moved to the nearest of a fixed set of map points before it is published. So what happened"
        " close to a ring may be shown on its other side, and a point may stand for a whole street, a park or a shopping centre."
    ),
    "What day or time. Only the month is published, so term time, evenings, weekends and holidays are mixed.",
    "What happened lately. Figures are published a month or two late, and forces correct them afterwards.",
    "What was never reported. More reports can mean more trust, and not more crime.",
    "Whether one month is a change. With numbers this small, look at the year and ask the school.",
)


def month_name(month: date) -> str:
    """ "September 2026"."""
    return f"{month:%B %Y}"


def crimes(number: int) -> str:
    """ "1 crime", "45 crimes"."""
    return f"{number:,} crime{'' if number == 1 else 's'}"


def answer(found: NearSchool) -> list[str]:
    """The first sentences of the page: how many and how many are usual, where most."""
    total = found.total
    usual = "" if found.usual is None else f"; {found.usual:,.0f} is usual"
    said = [f"{crimes(total.within_1000)} within 1 km{usual}.", f"{total.within_500:,} of them within 500 m."]
    if found.spots and found.spots[0].crimes > 1:
        spot = found.spots[0]
        said.append(f"Most at one point: {spot.crimes:,}, {place(spot)}.")
    return said


def trend(found: Trend | None) -> str:
    """How the months of the last year compare with the same months a year before."""
    if found is None:
        return "No month of the last twelve has its figures of a year before, so no change can be told yet."
    over = (
        "the last 12 months"
        if found.months == 12
        else f"{found.months} of the last 12 months, those known in both years"
    )
    sums = f"{found.now:,} against {found.before:,} in the same months a year before"
    if found.is_more is None:
        return f"About as many over {over}: {sums}. A difference this small may be chance."
    return f"{'More' if found.is_more else 'Fewer'} over {over}: {sums}."


def usual_is(months: int) -> str:
    """What "usual" means on these pages."""
    return f"Usual is the monthly average of the {min(months, 12)} newest months published."


def place(spot: Spot) -> str:
    """ "320 metres north east, on or near Mill Lane"."""
    location = f", {spot.location[:1].lower()}{spot.location[1:]}" if spot.location else ""
    return f"{spot.metres:,} metres {spot.direction}{location}"


def plot_text(found: NearSchool) -> str:
    """What somebody who does not see the plot is told."""
    total = found.total
    said = f"The school is in the middle, with rings at 500 metres and 1 kilometre. {_inside(total)}"
    if found.spots:
        said += f" The largest group, {found.spots[0].crimes:,}, is {place(found.spots[0])}."
    return f"{said} The tables on this page give the same figures."


def oddities(found: NearSchool) -> str:
    """What was odd about the file of this month, where anything was."""
    published = found.published
    if published is None:
        return ""
    parts = [
        f"{published.without_place:,} without a place, which are in no figure here" if published.without_place else "",
        f"{published.without_id:,} without a number" if published.without_id else "",
        f"{published.outside_force:,} placed outside the force’s area" if published.outside_force else "",
    ]
    told = "; ".join(filter(None, parts))
    return f"The force published {crimes(published.crimes)} for this month{f': {told}' if told else ''}."


def _inside(total: Ring) -> str:
    return f"{crimes(total.within_500)} inside the first ring and {total.beyond_500:,} between the rings."
