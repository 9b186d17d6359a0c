"""Numbers become geometry that can be read without seeing it too."""

from __future__ import annotations

from itertools import pairwise

from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from vaandel.components.charts import (
    BarItem,
    BarList,
    Comparison,
    HeatCell,
    HeatMonth,
    LineChart,
    LinePoint,
    Mark,
    Reference,
    SparkDay,
    Sparkline,
    StackedBars,
    StackGroup,
)
from vaandel.components.charts.heat import shade
from vaandel.components.charts.scale import Box, Scale, every, number, round_step
from vaandel.components.templatetags.vaandel import chart as draw


def line(points: list[LinePoint], **extra: object) -> LineChart:
    return LineChart(
        label="It rises.",
        points=points,
        name="Programme",
        text="8% programme",
        period="Week",
        value_column="Programme",
        **extra,  # type: ignore[arg-type]
    )


def test_steps_are_round() -> None:
    steps = {0: 1, 0.3: 0.3, 2.4: 3, 58: 60, 9: 10, 100: 100}

    assert {least: round_step(least) for least in steps} == steps


@given(st.floats(min_value=0.01, max_value=1e9))
def test_a_step_is_never_too_small_and_never_doubles(least: float) -> None:
    assert least * (1 - 1e-6) <= round_step(least) <= least * 2.0001


def test_a_scale_of_counts_has_whole_steps() -> None:
    scale = Scale.fitting(Box(0, 100, 0, 90), [1], 3, whole=True)

    assert scale.values() == [0, 1, 2, 3]
    assert [scale.y(value) for value in (0, 3)] == [90, 0]


def test_a_scale_without_values_still_has_an_axis() -> None:
    assert Scale.fitting(Box(0, 100, 0, 90), [], 3).values() == [0, 1, 2, 3]


def test_coordinates_are_short() -> None:
    assert [number(value) for value in (1.0, 1.26, 100)] == ["1", "1.3", "100"]
    assert every(17, 10) == 2


def test_a_line_runs_from_the_left_edge_to_the_right_edge() -> None:
    wide, narrow = line([LinePoint("1", 0), LinePoint("2", 12)]).drawings()

    assert wide.lines == ["M34 290L610 30"]
    assert narrow.lines == ["M34 240L346 30"]
    assert [tick.text for tick in wide.ticks] == ["0", "3", "6", "9", "12"]


def test_an_unknown_week_interrupts_the_line_and_its_margin() -> None:
    values = [4.0, 4.0, None, 4.0]
    points = [
        LinePoint(str(week), value, value and value - 1, value and value + 1)
        for week, value in enumerate(values)
    ]
    wide = line(points).drawings()[0]

    assert len(wide.lines) == 2
    assert wide.lines[1] == "M610 160L610 160"
    assert len(wide.bands) == 1


def test_labels_at_the_end_of_two_lines_do_not_touch() -> None:
    points = [LinePoint("1", 3), LinePoint("2", 3.1)]
    wide = line(
        points,
        comparison=Comparison("Others", [3, 3], "3% others"),
        reference=Reference(3, "Before", "3% before", 2, 4),
    ).drawings()[0]

    places = sorted(float(label.y) for label in wide.ends)
    assert wide.reference_label is not None
    places.append(float(wide.reference_label.y))
    assert all(below - above >= 20 for above, below in pairwise(places))


def test_a_single_point_stands_in_the_middle() -> None:
    wide = line([LinePoint("1", 4)]).drawings()[0]

    assert wide.dot is not None
    assert wide.dot.x == "322"


def test_nothing_known_draws_nothing() -> None:
    wide = line([LinePoint("1", None)]).drawings()[0]

    assert (wide.lines, wide.bands, wide.dot, wide.ends) == ([], [], None, [])


def test_the_table_of_a_line_repeats_every_number() -> None:
    table = line(
        [LinePoint("wk 1", 8.5, 7, 10, "8.5%", "7 to 10%"), LinePoint("wk 2", None)],
        margin_column="Margin",
        comparison=Comparison("Others", [3.0, None]),
    ).table()

    assert table.columns == ["Programme", "Margin", "Others"]
    assert [row.cells for row in table.rows] == [["8.5%", "7 to 10%", "3"], ["–", "–", "–"]]


def test_a_mark_has_a_shorter_text_on_a_phone() -> None:
    wide, narrow = line(
        [LinePoint("1", 1), LinePoint("2", 2)], mark=Mark(1, "start of the programme", "start")
    ).drawings()

    assert wide.mark_label is not None
    assert narrow.mark_label is not None
    assert (wide.mark_label.text, narrow.mark_label.text) == ("start of the programme", "start")
    assert wide.mark_path == "M610 22V290"


def test_stacks_lie_on_each_other_without_a_gap() -> None:
    stacked = StackedBars(
        "Clicks",
        "k",
        ["A", "B", "Rest"],
        [StackGroup("1", [30, 0, 60])],
        "Week",
        "All",
        has_rest=True,
    )
    wide = stacked.drawings()[0]

    first, rest = wide.pieces
    assert (first.pattern, rest.pattern) == ("1", "rest")
    assert float(rest.y) + float(rest.height) == float(first.y)
    assert float(first.y) + float(first.height) == 272
    assert [total.text for total in wide.totals] == ["90"]
    assert stacked.table().rows[0].cells == ["30", "0", "60", "90"]
    assert [entry.name for entry in stacked.legend()] == ["A", "B", "Rest"]


def test_a_phone_shows_the_last_seven_bars() -> None:
    groups = [StackGroup(str(week), [week]) for week in range(1, 12)]
    wide, narrow = StackedBars("Clicks", "k", ["A"], groups, "Week", "All").drawings()

    assert len(wide.names) == 11
    assert [name.text for name in narrow.names] == ["5", "6", "7", "8", "9", "10", "11"]


def test_bars_are_shares_of_the_longest_or_of_what_was_given() -> None:
    items = [BarItem("a", 50, "50"), BarItem("b", None, "fewer than 5"), BarItem("c", 25, "25")]

    assert [bar.length for bar in BarList("x", items).bars()] == ["100%", "0%", "50%"]
    assert [bar.length for bar in BarList("x", items, most=200).bars()] == ["25%", "0%", "12.5%"]
    assert BarList("x", []).bars() == []


def test_a_day_without_clicks_is_a_low_grey_mark() -> None:
    spark = Sparkline("9 clicks", [SparkDay("17 Nov", 5), SparkDay("18 Nov", 0)], "Day", "Clicks")
    high, low = spark.columns()

    assert (high.css, high.y, high.height) == ("c-1", "5", "46")
    assert (low.css, low.y, low.height) == ("c-rest", "48", "2")
    assert (spark.first(), spark.last()) == ("17 Nov", "18 Nov")


def test_a_single_day_is_a_column_at_the_left_and_not_a_wall() -> None:
    (column,) = Sparkline("1 click", [SparkDay("22 Nov", 1)], "Day", "Clicks").columns()

    assert float(column.x) + float(column.width) < 60


def test_an_empty_sparkline_is_empty() -> None:
    spark = Sparkline("Nothing yet", [], "Day", "Clicks")

    assert (spark.columns(), spark.first(), spark.last()) == ([], "", "")


def test_shades_are_equal_parts() -> None:
    assert [shade(value, 4) for value in range(5)] == [0, 1, 2, 3, 4]
    assert [shade(1, 100), shade(100, 100), shade(5, 0)] == [1, 4, 0]


def test_a_month_says_in_words_what_its_colour_means() -> None:
    month = HeatMonth("Posts", ["Mo", "Tu"], [[None, HeatCell("1", 2, "2 posts", "/day/1/")]])
    html = render_to_string(month.template, {"chart": month})

    assert '<td class="heat-4"><a href="/day/1/">1' in html
    assert ": 2 posts</span>" in html


def test_every_chart_says_its_outcome_and_is_a_table_too() -> None:
    drawn = [
        draw(line([LinePoint("1", 1), LinePoint("2", 2)])),
        draw(StackedBars("It rises.", "k", ["A"], [StackGroup("1", [3])], "Week", "All")),
        draw(Sparkline("It rises.", [SparkDay("1", 1)], "Day", "Clicks")),
    ]

    for html in drawn:
        assert 'role="img" aria-label="It rises."' in html
        assert "<caption" in html
        assert "style=" not in html
