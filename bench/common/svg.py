"""Charts as SVG text, for light and dark pages alike: no background, text of a middling grey.

    text = bar_chart("Encoder", "ms, shorter is better", [
        Group("1×16", [Bar("inlay", 1.2, "1.2 ms"), Bar("peer", 2.4, "2.4 ms")], marker=1.0)])
"""
import dataclasses
from html import escape

WIDTH, LABEL, VALUE = 800, 200, 110  # the whole, the names at the left, the numbers at the right
BAR, GAP, TOP = 13, 15, 66
INK = "#7a8594"
PALETTE = ["#0f9b8e", "#7ccbc2", "#8592a6", "#c79a5b", "#a887b5"]


@dataclasses.dataclass(frozen=True)
class Bar:
    series: str
    value: float
    text: str


@dataclasses.dataclass(frozen=True)
class Group:
    """Bars side by side that share a scale: the longest of a group fills the width."""

    label: str
    bars: list[Bar]
    marker: float = 0  # a line across the group at this value; 0: none


def element(name, content="", **attributes):
    spelled = "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<{name}{spelled}>{content}</{name}>" if content else f"<{name}{spelled}/>"


def text(x, y, content, size=12, weight="normal", anchor="start", fill=INK):
    return element("text", escape(content), x=x, y=y, font_size=size, font_weight=weight,
                   text_anchor=anchor, fill=fill)


def legend(series, colours, marker_name):
    parts, x = [], LABEL
    for name in series:
        parts += [element("rect", x=x, y=TOP - 22, width=11, height=11, rx=2, fill=colours[name]),
                  text(x + 16, TOP - 12, name)]
        x += 30 + 7 * len(name)
    if marker_name:
        parts += [element("line", x1=x + 4, x2=x + 4, y1=TOP - 24, y2=TOP - 9, stroke=INK,
                          stroke_width=2), text(x + 12, TOP - 12, marker_name)]
    return parts


def page(title, parts, height):
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" font-family="system-ui, sans-serif" role="img">',
        element("title", escape(title)), *parts, "</svg>", ""])


def draw_group(group, y, colours):
    """The group's elements; y is its upper edge."""
    height = BAR * len(group.bars)
    room = WIDTH - LABEL - VALUE
    scale = room / (max([bar.value for bar in group.bars] + [group.marker]) or 1)
    parts = [text(LABEL - 12, y + height / 2 + 4, group.label, anchor="end")]
    for i, bar in enumerate(group.bars):
        top, first = y + i * BAR, i == 0
        width = round(max(bar.value * scale, 1), 1)
        parts += [element("rect", element("title", escape(f"{bar.series}: {bar.text}")), x=LABEL,
                          y=top + 0.5, width=width, height=BAR - 2, rx=2, fill=colours[bar.series]),
                  text(round(LABEL + width + 6, 1), top + 10, bar.text, 11,
                       "bold" if first else "normal")]
    if group.marker:
        x = round(LABEL + group.marker * scale, 1)
        parts.append(element("line", x1=x, x2=x, y1=y - 3, y2=y + height + 2, stroke=INK,
                             stroke_width=2))
    return parts


def bar_chart(title, subtitle, groups, marker_name=""):
    """Horizontal bars, a block for each group; series get colours in the order in which they appear."""
    series = list(dict.fromkeys(bar.series for group in groups for bar in group.bars))
    colours = {name: PALETTE[i % len(PALETTE)] for i, name in enumerate(series)}
    parts = [text(0, 18, title, 16, "bold"), text(0, 36, subtitle)]
    marked = marker_name if any(group.marker for group in groups) else ""
    parts += legend(series, colours, marked) if len(series) > 1 or marked else []
    y = TOP
    for group in groups:
        parts += draw_group(group, y, colours)
        y += BAR * len(group.bars) + GAP
    return page(title, parts, y)


@dataclasses.dataclass(frozen=True)
class Line:
    series: str
    values: list[float | None]  # one a point; None: not there


LINE_TOP, LINE_HEIGHT, LINE_LEFT, LINE_RIGHT = 76, 220, 60, 30


def draw_line(line, places, height_of, colour):
    known = [(x, height_of(value), value) for x, value in zip(places, line.values) if value is not None]
    path = " ".join(f"{x},{round(y, 1)}" for x, y, _ in known)
    return [element("polyline", points=path, fill="none", stroke=colour, stroke_width=2)] + [
        element("circle", element("title", escape(f"{line.series}: {value:.3f}")), cx=x, cy=round(y, 1), r=4,
                fill=colour) for x, y, value in known]


def line_chart(title, subtitle, points, lines):
    """Lines over the named `points`, which stand at equal distances; values are from 0 to 1."""
    room = WIDTH - LINE_LEFT - LINE_RIGHT
    places = [round(LINE_LEFT + room * (i + 0.5) / len(points), 1) for i in range(len(points))]
    height_of = lambda value: LINE_TOP + LINE_HEIGHT * (1 - value)
    colours = {line.series: PALETTE[i % len(PALETTE)] for i, line in enumerate(lines)}
    parts = [text(0, 18, title, 16, "bold"), text(0, 36, subtitle)]
    parts += legend([line.series for line in lines], colours, "")
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = height_of(share)
        parts += [element("line", x1=LINE_LEFT, x2=WIDTH - LINE_RIGHT, y1=y, y2=y, stroke=INK, stroke_width=0.5),
                  text(LINE_LEFT - 8, y + 4, f"{share:g}", anchor="end")]
    for x, name in zip(places, points):
        parts.append(text(x, LINE_TOP + LINE_HEIGHT + 18, name, anchor="middle"))
    for line in lines:
        parts += draw_line(line, places, height_of, colours[line.series])
    return page(title, parts, LINE_TOP + LINE_HEIGHT + 30)
