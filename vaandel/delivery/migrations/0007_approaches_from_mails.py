from datetime import timedelta
from itertools import groupby
from typing import Any

from django.db import migrations
from django.db.models import Max

# The longest rhythm is four weeks; what was mailed before that holds nobody back.
LOOKED_BACK = 5 * 7


def remember_mails(apps: Any, schema_editor: Any) -> None:
    """One approach for each mail of the last weeks, so that nobody gets another one too soon."""
    Ask = apps.get_model("delivery", "Ask")
    Approach = apps.get_model("delivery", "Approach")
    newest = Ask.objects.aggregate(newest=Max("mailed_at"))["newest"]
    if newest is None:
        return
    mailed = Ask.objects.filter(
        mailed_at__gt=newest - timedelta(days=LOOKED_BACK), approach=None
    ).order_by("enrolment_id", "mailed_at", "pk")
    rows = list(mailed.values_list("enrolment_id", "mailed_at", "organization_id", "pk"))
    for (enrolment, at, organization), asks in groupby(rows, key=lambda row: row[:3]):
        asked = [ask for *_, ask in asks]
        approach = Approach.objects.create(
            organization_id=organization,
            enrolment_id=enrolment,
            kind="PROPOSAL" if len(asked) == 1 else "DIGEST",
            at=at,
            channels=["mail"],
        )
        Ask.objects.filter(pk__in=asked).update(approach=approach)


class Migration(migrations.Migration):
    dependencies = [("delivery", "0006_offered_days")]
    operations = [migrations.RunPython(remember_mails, migrations.RunPython.noop)]
