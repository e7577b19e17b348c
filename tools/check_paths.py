"""check_paths.py [ROOT]: no file of the tree names a place of one machine.

Looks for home folders, values that begin with a temporary folder, package registries and mirrors (they belong to the user's own
settings) and addresses with a password.
"""
import re
import sys

from lib import sources

# The hosts of package registries, label by label: written out, this file would be a finding of its own.
REGISTRIES = (
    ("pypi", "org"), ("files", "pythonhosted", "org"), ("registry", "npmjs", "org"), ("index", "crates", "io"),
    ("static", "crates", "io"), ("proxy", "golang", "org"), ("deb", "debian", "org"), ("archive", "ubuntu", "com"),
)
HOSTS = "|".join(r"\.".join(labels) for labels in REGISTRIES)

PATTERNS = {
    "a folder of one machine": re.compile(
        r"(?<![\w.$}/-])/(?:root|work|Users|home/\w+)/[\w.-]+|[\x22'=](?:/var)?/tmp/[\w.-]+|\b[A-Z]:\\\\?Users\\\\?\w+"),
    "a package registry": re.compile(rf"\b(?:{HOSTS})\b|(?:extra-)?index-url\s*[=:\s]\s*\S"),
    "a registry or host of one network": re.compile(
        r"https?://[^\s/\"']*(?:artifactory|nexus|\.internal|\.corp|\.lan)\b|https?://(?:10|192\.168)\.\d+"),
    "a password in an address": re.compile(r"\bhttps?://[^\s/:@\"'<>]+:[^\s/@\"'<>]+@"),
}


def main(arguments):
    root = sources.root_argument(arguments)
    findings = []
    for path in sources.files(root):
        name = path.relative_to(root).as_posix()
        data = path.read_bytes()
        if b"\0" in data[:4096]:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            for meaning, pattern in PATTERNS.items():
                match = pattern.search(line)
                if match:
                    findings.append(f"{name}:{number}: {meaning}: {match.group()}")
    return sources.report("paths", findings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
