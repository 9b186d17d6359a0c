"""What editors fill in and look for, and what colleagues send in."""

from vaandel.posts.forms.editor import EditorForm, ReasonForm, StartForm
from vaandel.posts.forms.fields import LANGUAGE_NAMES, MOST_ANGLES
from vaandel.posts.forms.finding import CalendarForm, ListForm
from vaandel.posts.forms.story import StoryForm

__all__ = [
    "LANGUAGE_NAMES",
    "MOST_ANGLES",
    "CalendarForm",
    "EditorForm",
    "ListForm",
    "ReasonForm",
    "StartForm",
    "StoryForm",
]
