"""The peers' Python packages, which may be missing."""
import importlib
import importlib.metadata


def load(package):
    try:
        return importlib.import_module(package)
    except ImportError:
        return None


def versions(packages):
    """{package: version}, None where it is missing."""
    return {name: importlib.metadata.version(name) if load(name) else None for name in packages}
