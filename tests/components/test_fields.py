"""A field says what is wrong, where it is, and keeps what was typed."""

from __future__ import annotations

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from vaandel.components.fields import problems_of


class Sample(forms.Form):
    title = forms.CharField(label="Title", help_text="Short.")
    note = forms.CharField(label="Note", required=False)
    way = forms.ChoiceField(
        label="Way", choices=[("a", "First"), ("b", "Second")], widget=forms.RadioSelect
    )
    agree = forms.BooleanField(label="I agree", required=False)
    language = forms.ChoiceField(label="Language", choices=[("nl", "Dutch")])
    secret = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        if self.cleaned_data.get("note") == "bad":
            raise forms.ValidationError("These do not go together.")


def render(tag: str, form: forms.Form) -> str:
    return Template("{% " + tag + " %}").render(Context({"form": form}))


def test_a_field_and_its_error_know_each_other() -> None:
    html = render("field form.title", Sample({"title": ""}))

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_help id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert "This field is required." in html


def test_a_field_without_errors_is_calm() -> None:
    html = render("field form.title", Sample())

    assert "aria-invalid" not in html
    assert 'aria-describedby="id_title_help"' in html
    assert "(optional)" not in html


def test_a_field_that_may_stay_empty_says_so() -> None:
    assert "(optional)" in render("field form.note", Sample())


def test_the_label_and_help_can_be_replaced() -> None:
    html = render('field form.title label="Heading" help="Long."', Sample())

    assert "Heading</label>" in html
    assert "Long." in html
    assert "Short." not in html


@pytest.mark.parametrize(
    ("look", "css"),
    [("checks", "form-check"), ("choices", "choice"), ("angles", "angle")],
)
def test_several_answers_are_a_group_with_a_legend(look: str, css: str) -> None:
    html = render(f'field form.way look="{look}"', Sample({"way": "b"}))

    assert '<legend class="form-label">Way</legend>' in html
    assert f'<label class="{css}" for="id_way_1">' in html
    assert html.count("checked") == 1


def test_a_look_that_does_not_exist_is_a_mistake() -> None:
    with pytest.raises(TemplateSyntaxError, match="sparkling"):
        render('field form.way look="sparkling"', Sample())


def test_a_check_mark_can_be_a_switch() -> None:
    assert 'class="form-check form-switch"' in render("field form.agree switch=True", Sample())


def test_a_choice_has_the_class_of_a_choice() -> None:
    assert 'class="form-select"' in render("field form.language", Sample())


def test_a_hidden_field_has_no_label() -> None:
    assert "<label" not in render("field form.secret", Sample())


def test_the_summary_links_to_every_field() -> None:
    form = Sample({"note": "bad"})
    html = render("form_errors form", form)

    assert [problem.anchor for problem in problems_of(form)] == [
        "",
        "id_title",
        "id_way_0",
        "id_language",
    ]
    assert "These do not go together." in html
    assert '<a href="#id_way_0">Way</a>' in html
    assert "4 things are not right yet" in html


def test_a_mistake_in_a_hidden_field_has_no_place_to_go() -> None:
    form = Sample({"title": "x", "way": "a", "language": "nl"})
    form.add_error("secret", "Start again.")

    assert [problem.anchor for problem in problems_of(form)] == [""]


def test_one_mistake_is_counted_as_one() -> None:
    form = Sample({"title": "", "way": "a", "language": "nl"})

    assert "One thing is not right yet" in render("form_errors form", form)


def test_there_is_no_summary_without_errors() -> None:
    form = Sample({"title": "x", "way": "a", "language": "nl"})

    assert render("form_errors form", form).strip() == ""
    assert Template("{% form_errors None %}").render(Context()).strip() == ""
