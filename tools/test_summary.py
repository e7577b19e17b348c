"""test_summary.py RESULTS TIER…: adds up RESULTS/TIER.xml (ctest --output-junit).

Prints the output of each failed test, the reason of each skip, a line a tier, and at the end
"N passed, N failed, N skipped". Exits with 1 when a test failed, when a tier has no result, when a tier
that has a folder under tests/ ran nothing, or when nothing ran at all; a test that ctest could not start
counts as failed. A test that is skipped prints
"skipped: <reason>"; a reason that begins with "missing peer", "missing tool" or "missing model" counts
as a failure under CI=true.
"""
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as xml_tree

REASON = re.compile(r"^(?:.*: )?skipped: (.*)$", re.IGNORECASE | re.MULTILINE)
MISSING = re.compile(r"missing (peer|tool|model)\b")
SKIP_MESSAGE = re.compile(r"SKIP_RETURN_CODE|SKIP_REGULAR_EXPRESSION")
GTEST_REASON = re.compile(r"Skipped\n(.*)")


def skip_reason(output):
    """The reason in a test's own words; "" when it gave none."""
    for pattern in (REASON, GTEST_REASON):
        match = pattern.search(output)
        if match:
            return match.group(1).strip()
    found = MISSING.search(output)
    return output[found.start():].splitlines()[0] if found else ""


def read_tier(path, strict):
    """Returns counts {"passed", "failed", "skipped"} and the lines to print."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    lines = []
    for case in xml_tree.parse(path).getroot().iter("testcase"):
        name, status = case.get("name"), case.get("status")
        output = case.findtext("system-out") or ""
        messages = [child.get("message", "") for child in case if child.tag in ("failure", "skipped")]
        message = messages[0] if messages else ""
        if status == "run":
            counts["passed"] += 1
        elif status == "disabled" or (status == "notrun" and SKIP_MESSAGE.search(message)):
            reason = skip_reason(output) or message or status
            failed = strict and MISSING.search(reason)
            counts["failed" if failed else "skipped"] += 1
            lines.append(f"FAILED {name}: {reason} (CI=true)" if failed else f"skipped {name}: {reason}")
        else:
            counts["failed"] += 1
            lines.append(f"FAILED {name}: {message or status} after {float(case.get('time', 0)):.1f} s\n{output.rstrip()}")
    return counts, lines


def main(results, tiers):
    strict = os.environ.get("CI") == "true"
    tests = pathlib.Path(__file__).resolve().parent.parent / "tests"
    total = {"passed": 0, "failed": 0, "skipped": 0}
    for tier in tiers:
        path = pathlib.Path(results, f"{tier}.xml")
        if not path.exists():
            print(f"FAILED {tier}: no result; see {results}/{tier}.log")
            total["failed"] += 1
            continue
        counts, lines = read_tier(path, strict)
        if not sum(counts.values()) and (tests / tier / "CMakeLists.txt").exists():
            lines.append(f"FAILED {tier}: expected tests, found none")
            counts["failed"] += 1
        for line in lines:
            print(line)
        print(f"{tier}: " + ", ".join(f"{counts[key]} {key}" for key in counts))
        for key in total:
            total[key] += counts[key]
    if not total["passed"] and not total["failed"]:
        print("FAILED: no test ran")
        total["failed"] += 1
    print(", ".join(f"{total[key]} {key}" for key in total))
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
