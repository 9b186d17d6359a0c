"""Charts as pure functions: numbers in, geometry for an SVG template out.

Texts come in translated and formatted. Colours, hatchings and letter are CSS classes.
Every chart says its outcome in ``label`` and exists as a table too.
"""

from vaandel.components.charts.bars import Bar, BarItem, BarList
from vaandel.components.charts.heat import HeatCell, HeatMonth
from vaandel.components.charts.hours import HeatHours
from vaandel.components.charts.line import Comparison, LineChart, LinePoint, Mark, Reference
from vaandel.components.charts.spark import SparkDay, Sparkline
from vaandel.components.charts.stacked import StackedBars, StackGroup
from vaandel.components.charts.tables import Table

__all__ = [
    "Bar",
    "BarItem",
    "BarList",
    "Comparison",
    "HeatCell",
    "HeatHours",
    "HeatMonth",
    "LineChart",
    "LinePoint",
    "Mark",
    "Reference",
    "SparkDay",
    "Sparkline",
    "StackGroup",
    "StackedBars",
    "Table",
]
