"""What people may send about links."""

from vaandel.links.forms.campaigns import ListForm, PeriodForm, SuccessorForm
from vaandel.links.forms.settings import DomainForm, LinkSettingsForm

__all__ = ["DomainForm", "LinkSettingsForm", "ListForm", "PeriodForm", "SuccessorForm"]
