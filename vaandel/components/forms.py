"""A form with every kind of field, for the style guide."""

from __future__ import annotations

from django import forms


class SampleForm(forms.Form):
    """Sent empty it shows every error."""

    title = forms.CharField(label="What is it about?", help_text="A working title is fine.")
    address = forms.URLField(
        label="Link to your post",
        assume_scheme="https",
        error_messages={"invalid": "This is not a whole link. Copy it from the address bar."},
    )
    text = forms.CharField(
        label="Your text", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    language = forms.ChoiceField(label="Language", choices=[("nl", "Dutch"), ("en", "English")])
    rhythm = forms.ChoiceField(
        label="How often do we ask you?",
        choices=[("1", "Once a week"), ("2", "Every two weeks"), ("4", "Once a month")],
        widget=forms.RadioSelect,
    )
    start = forms.ChoiceField(
        label="Choose a beginning",
        choices=[("a", "What surprised me most"), ("b", "What people rarely see")],
        widget=forms.RadioSelect,
    )
    days = forms.MultipleChoiceField(
        label="Days that suit you",
        choices=[("tue", "Tuesday"), ("thu", "Thursday")],
        widget=forms.CheckboxSelectMultiple,
    )
    disclose = forms.BooleanField(
        label="Say that I work here", help_text="One line under your text.", required=False
    )
    digest = forms.BooleanField(label="Send me the weekly overview", required=False)
