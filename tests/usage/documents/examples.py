"""The examples of a Markdown document: its code blocks, and the ./x commands that its sentences name."""
import collections
import re

# A line that ends so gives the next block's file name: "As `app.c`:"
NAMED = re.compile(r"`([\w.-]+)`:\s*$")
FENCE = re.compile(r"^(```+)\s*(\w*)\s*$")
X_COMMAND = re.compile(r"`(\./x[^`]*)`")

# line: of the first line inside; name: of the file that it is, or None
Block = collections.namedtuple("Block", "line language name text")


def read(text):
    """(blocks, [(line, "./x …")]); an indented block has the language "indented"."""
    blocks, commands, name, i = [], [], None, 0
    lines = text.split("\n")
    while i < len(lines):
        fence = FENCE.match(lines[i])
        indented = lines[i].startswith("    ") and (i == 0 or not lines[i - 1].strip())
        if fence or indented:
            begin = i = i + 1 if fence else i
            while i < len(lines) and (lines[i] != fence.group(1) if fence else lines[i].startswith("    ")):
                i += 1
            body = [line if fence else line[4:] for line in lines[begin:i]]
            blocks.append(Block(begin + 1, fence.group(2) if fence else "indented", name, "\n".join(body) + "\n"))
            name = None
        else:
            commands += [(i + 1, command) for command in X_COMMAND.findall(lines[i])]
            named = NAMED.search(lines[i])
            name = named.group(1) if named else (name if not lines[i].strip() else None)
        i += 1
    return blocks, commands


def shell_lines(text):
    """[(line within the block, command)] without comments and empty lines; "\\" joins lines."""
    found, begin, waiting = [], 0, ""
    for number, line in enumerate(text.split("\n")):
        begin = begin if waiting else number
        waiting += line
        if waiting.endswith("\\"):
            waiting = waiting[:-1]
            continue
        command = re.sub(r"(^|\s)#.*$", "", waiting).strip().removeprefix("$ ")
        if command:
            found.append((begin, command))
        waiting = ""
    return found
