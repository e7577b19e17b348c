"""The JSON of a run as Markdown and plots; the standard library alone.

    write(document, folder)                  folder/KIND.md and its plots
    markdown(document), plots(document)      the same as text: docs/PERFORMANCE.md is made of them
"""
import pathlib

from common import svg

TITLES = {
    "ragged": "64 texts of many lengths",
    "starting": "From nothing to the first result",
    "text": "Text",
    "tokenizing": "Tokenizing",
    "loading": "Loading a tokenizer",
    "threads": "A batch over threads",
    "heads": "Training a few-shot head",
    "operators": "Single operators",
    "recurrent": "Recurrent models",
    "int8": "MiniLM, quantised to 8 bits",
    "light": "Image models",
}
SUBTITLE = "time, shorter is better; bars share a scale within a row"


def short(value):
    """Three digits that count, never an exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table_title(table):
    return TITLES.get(table, "Encoder " + table.partition("/")[2])


def tables(document):
    """{table id: its rows}"""
    found = {}
    for row in document["rows"]:
        found.setdefault(row["table"], []).append(row)
    return found


def columns(row):
    """{name: result}: inlay in each way of use, of each peer the quickest way."""
    found = {}
    for result in row["results"]:
        name = result["engine"]
        if name == "inlay" and result["variant"]:
            name += ", " + result["variant"]
        if name not in found or result["time_ms"]["median"] < found[name]["time_ms"]["median"]:
            found[name] = result
    return found


def rate(row, median_ms):
    """Work per second, where the row has work: "231 GFLOP/s"; else ""."""
    if not row["work"]:
        return ""
    return f"{short(row['work'] / median_ms * 1e3)} {row['work_unit']}/s"


def cell(row, result):
    """Text is known by its rate, everything else by its time."""
    if not result:
        return "–"
    median = result["time_ms"]["median"]
    return rate(row, median) if row["work_unit"] == "MiB" else f"{short(median)} ms"


def share(row):
    """"84 %", and which limit it is a share of, unless it is the usual one."""
    if not row["share_of_limit"]:
        return "–"
    by = f" ({row['limit_by']})" if row["limit_by"] != "multiply-adds" else ""
    return f"{row['share_of_limit']:.0%}{by}"


def markdown_table(header, lines, align="---:"):
    rule = ["---"] + [align] * (len(header) - 1)
    return "\n".join("| " + " | ".join(line) + " |" for line in [header, rule, *lines])


def rows_table(rows):
    """The rows of one table; columns that nothing stands in are left out."""
    engines = list(dict.fromkeys(name for row in rows for name in columns(row)))
    compared = any(row["ratio"] for row in rows)
    threaded = len({row["threads"] for row in rows}) > 1
    limited = any(row["share_of_limit"] for row in rows)
    header = ([""] + ["threads"] * threaded + engines + ["against the faster peer"] * compared +
              ["rate", "of the limit"] * limited)
    lines = []
    for row in rows:
        found = columns(row)
        ours = row["results"][0]["time_ms"]["median"]
        lines.append(
            [row["title"]] + [str(row["threads"])] * threaded +
            [cell(row, found.get(name)) for name in engines] +
            [f"**{short(row['ratio'])}×**" if row["ratio"] else "–"] * compared +
            [rate(row, ours), share(row)] * limited)
    return markdown_table(header, lines)


def figure_value(figure, value):
    if figure["unit"] == "share":
        return f"{value:.2%}"
    if figure["unit"] == "difference":
        return f"{value:.1e}"
    return f"{value:.7f}" if not figure["unit"] else f"{value:.2f}{figure['unit']}"


def figures_table(figures):
    lines = []
    for figure in figures:
        peers = ", ".join(f"{name} {figure_value(figure, value)}"
                          for name, value in figure["peers"].items())
        lines.append([figure["title"], figure_value(figure, figure["value"]), peers or "–",
                      figure["note"] or "–"])
    return markdown_table(["", "inlay", "peers", "note"], lines, "---")


def kernel_rate(entry):
    """"143 GFLOP/s, 95%"; what a kernel that moves bytes or elements does has no peak to be compared to."""
    for factor, letter in ((1e9, "G"), (1e6, "M"), (1, "")):
        if entry["rate"] >= factor:
            break
    rate = f"{short(entry['rate'] / factor)} {letter}{entry['rate_unit']}"
    return rate + (f", **{entry['share']:.0%}**" if entry["share"] else "")


def kernel_groups(document):
    """{(family, shape): {instruction set: entry}}, in the order of the benchmark."""
    found = {}
    for entry in document["kernels"]:
        found.setdefault((entry["family"], entry["shape"]), {})[entry["isa"]] = entry
    return found


def kernels_table(document):
    groups = kernel_groups(document)
    sets = list(dict.fromkeys(entry["isa"] for entry in document["kernels"]))
    lines = [[f"{family} {shape}"] + [kernel_rate(found[isa]) if isa in found else "–" for isa in sets]
             for (family, shape), found in groups.items()]
    return markdown_table(["one thread"] + sets, lines)


def kernels_plot(document):
    groups = []
    for (family, shape), found in kernel_groups(document).items():
        bars_found = [svg.Bar(isa, entry["share"], kernel_rate(entry).replace("*", ""))
                      for isa, entry in found.items() if entry["share"]]
        if bars_found:
            groups.append(svg.Group(f"{family} {shape}", bars_found, 1))
    return svg.bar_chart("Kernels", "share of the instruction set's own peak, longer is better", groups,
                         "the peak")


def about(document):
    """Where, when and with what, in a paragraph."""
    machine, limits = document["machine"], document["limits"]
    versions = ", ".join(f"{name} {version}" for name, version in document["versions"].items()
                         if version)
    rough = " **A quick run: these figures are rough.**" if document["quick"] else ""
    text = (f"{machine['cpu']}, {machine['cpus']} CPUs, {machine['system']}; {document['date']},"
            f" commit {document['commit']}; {versions}; Python {machine['python']}."
            f" {short(document['minutes'])} minutes, load before it {machine['load_before']}.{rough}")
    if limits["fma_flops"]:
        text += " The machine's own limits, measured in the same run: " + "; ".join(
            f"{threads} thread{'s' * (threads != '1')}: {short(flops / 1e9)} GFLOP/s by multiply-adds,"
            f" {short(limits['read_bytes'][threads] / 1e9)} GB/s read from memory"
            for threads, flops in limits["fma_flops"].items()) + "."
    return text


def plot_name(document, table):
    return f"{document['kind']}-{table.replace('/', '-')}.svg"


def bars(row):
    """Times of all engines; of inlay alone, the share of the limit."""
    if not row["ratio"] and row["share_of_limit"]:
        text = f"{share(row)}, {rate(row, row['results'][0]['time_ms']['median'])}"
        return [svg.Bar("inlay", row["share_of_limit"], text)], 1
    found = [svg.Bar(name, result["time_ms"]["median"], cell(row, result))
             for name, result in columns(row).items()]
    return found, row["limit_ms"]


def plot(document, table, rows):
    groups = []
    for row in rows:
        found, marker = bars(row)
        threads = f", {row['threads']} thread{'s' * (row['threads'] > 1)}" if row["limit_ms"] else ""
        groups.append(svg.Group(row["title"] + threads, found, marker))
    alone = all(row["share_of_limit"] and not row["ratio"] for row in rows)
    subtitle = "share of the machine's own limit, longer is better" if alone else SUBTITLE
    return svg.bar_chart(table_title(table), subtitle, groups, "the machine's limit")


def curves(document):
    return document.get("curves", ())


def curve_table(curve):
    names = list(curve["series"])
    lines = [[point] + ["–" if curve["series"][name][i] is None else f"{curve['series'][name][i]:.3f}" for name in names]
             for i, point in enumerate(curve["points"])]
    return markdown_table([""] + names, lines)


def curve_plot(curve):
    lines = [svg.Line(name, values) for name, values in curve["series"].items()]
    return svg.line_chart(curve["title"], curve["subtitle"], curve["points"], lines)


def plots(document):
    """{file name: SVG}"""
    found = {plot_name(document, table): plot(document, table, rows)
             for table, rows in tables(document).items()}
    if document["kernels"]:
        found["kernels.svg"] = kernels_plot(document)
    found |= {plot_name(document, curve["id"]): curve_plot(curve) for curve in curves(document)}
    return found


def markdown(document, folder=""):
    """Sections of one run; `folder` is where the plots are, seen from the document, with a slash."""
    parts = [about(document)]
    if document["notes"]:
        parts.append("\n".join(f"- {note}" for note in document["notes"]))
    for table, rows in tables(document).items():
        title = table_title(table)
        parts += [f"### {title}", f"![{title}]({folder}{plot_name(document, table)})",
                  rows_table(rows)]
        notes = dict.fromkeys(f"{row['title']}: {row['note']}." for row in rows
                              if row["note"] and not row["limit_ms"])
        if notes:
            parts.append("\n".join(notes))
    for curve in curves(document):
        parts += [f"### {curve['title']}", f"{curve['subtitle'].capitalize()}.",
                  f"![{curve['title']}]({folder}{plot_name(document, curve['id'])})", curve_table(curve)]
    if document["kernels"]:
        parts += [f"![Kernels]({folder}kernels.svg)", kernels_table(document)]
    if document["figures"]:
        parts += ["### Memory, binding, equality", figures_table(document["figures"])]
    return "\n\n".join(parts) + "\n"


def write(document, folder):
    folder = pathlib.Path(folder)
    for name, text in plots(document).items():
        (folder / name).write_text(text, "utf-8")
    (folder / f"{document['kind']}.md").write_text(
        f"# {document['kind']}\n\n{markdown(document)}", "utf-8")
