from django.db import migrations

# Agreements sealed before the column was there: the day stands on their sealed file. The owner is kept from the rows by row-level
# security; the table is locked to everybody else from the first line to the end of the transaction, so nobody sees across it.
COPY = """
    ALTER TABLE partnerships_agreement NO FORCE ROW LEVEL SECURITY;
    UPDATE partnerships_agreement AS agreement SET in_force_on = document.effective_from
        FROM documents_document AS document
        WHERE document.id = agreement.sealed_id AND agreement.in_force_on IS NULL;
    ALTER TABLE partnerships_agreement FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0007_head_page"), ("documents", "0002_public_lookup")]

    operations = [migrations.RunSQL(COPY, migrations.RunSQL.noop)]
