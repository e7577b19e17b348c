"""Twins of the checks: small trees and libraries with a known defect, which the check must name."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CXX = os.environ.get("CXX", "g++")
CMAKE = os.environ.get("CMAKE", "cmake")
HEADER = """#define INLAY_API __attribute__((visibility("default")))
/* INLAY_API int inlay_comment(void); */
#ifdef __cplusplus
extern "C" {
#endif
INLAY_API const char *inlay_first(
    void);
INLAY_API int
inlay_second(int (*callback)(int), int value);
#ifdef __cplusplus
}
#endif
"""
SOURCE = """#include "inlay.h"
#include <string>
#include <vector>
inline int shared_template(int x) { static int n = 0; return n += x; }
int not_declared(int x) { return shared_template(x); }
const char *inlay_first() { return "first"; }
int inlay_second(int (*callback)(int), int value) {
  std::vector<std::string> texts(not_declared(value), "a text that is long enough for the heap");
  return callback(static_cast<int>(texts.size()));
}
"""


class Twin(unittest.TestCase):
    """A temporary tree; subclasses fill it and run a check on it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="inlay twin ")
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name).resolve()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def run_tool(self, name, *arguments, **environment):
        """Returns the exit status and what was printed."""
        done = subprocess.run([sys.executable, str(ROOT / "tools" / name), *map(str, arguments)],
                              capture_output=True, text=True, env={**os.environ, **environment})
        return done.returncode, done.stdout + done.stderr

    def expect_finding(self, result, *words):
        status, output = result
        self.assertEqual(status, 1, output)
        for word in words:
            self.assertIn(word, output)

    def expect_clean(self, result):
        self.assertEqual(result[0], 0, result[1])

    def compile(self, name, text, *flags):
        source = self.write(f"{name}.cc", text)
        output = self.root / f"{name}.o"
        subprocess.run([CXX, "-std=c++20", "-O2", "-fPIC", "-fno-gnu-unique", "-c", str(source), "-o",
                        str(output), *flags], check=True)
        return output


class LayersTwin(Twin):
    def check(self):
        return self.run_tool("check_layers.py", self.root)

    def test_good_tree_is_clean(self):
        self.write("src/base/status.h", "")
        self.write("src/text/wordpiece.cc", '#include "base/status.h"\n/*\n#include "tasks/embed.h"\n*/\n')
        self.write("src/text/CMakeLists.txt", "inlay_layer(text LINKS unicode kernels base)\n")
        self.expect_clean(self.check())

    def test_upward_include(self):
        self.write("src/text/tokenizer.h", "")
        self.write("src/base/json.cc", '\n#include "text/tokenizer.h"\n')
        self.expect_finding(self.check(), "src/base/json.cc:2", "text/tokenizer.h")

    def test_upward_include_by_relative_path(self):
        self.write("src/text/tokenizer.h", "")
        self.write("src/base/json.cc", '#include "../text/tokenizer.h"\n')
        self.expect_finding(self.check(), "src/base/json.cc:1")

    def test_program_sees_only_the_public_headers(self):
        self.write("src/base/json.h", "")
        self.write("apps/cli/main.cc", '#include "base/json.h"\n')
        self.expect_finding(self.check(), "apps/cli/main.cc:1")

    def test_unknown_layer(self):
        self.write("src/helpers/a.cc", "")
        self.expect_finding(self.check(), "helpers")

    def test_missing_file(self):
        self.write("src/base/a.cc", '#include "base/none.h"\n')
        self.expect_finding(self.check(), "base/none.h")

    def test_file_cycle(self):
        self.write("src/base/a.h", '#include "base/b.h"\n')
        self.write("src/base/b.h", '#include "base/a.h"\n')
        self.expect_finding(self.check(), "cycle", "src/base/a.h -> src/base/b.h")

    def test_link_beyond_the_table(self):
        self.write("src/text/CMakeLists.txt", "inlay_layer(text LINKS runtime base)\n")
        self.expect_finding(self.check(), "['runtime']")


class HeadersTwin(Twin):
    def check(self):
        return self.run_tool("check_headers.py", self.root)

    def test_good_tree_is_clean(self):
        self.write("src/text/a.cc", "#include <string>\n// #include <iostream>\n")
        self.write("src/kernels/gemm.h", "#include <stdint.h>\n")
        self.write("src/kernels/x86/gemm.cc", '#include <immintrin.h>\n#include "kernels/gemm.h"\n')
        self.expect_clean(self.check())

    def test_stream_header(self):
        self.write("src/text/a.cc", "#include <string>\n#include <iostream>\n")
        self.expect_finding(self.check(), "src/text/a.cc:2", "<iostream>")

    def test_system_header_above_base(self):
        self.write("src/base/file.cc", "#include <sys/mman.h>\n")
        self.write("src/text/a.cc", "#include <sys/mman.h>\n")
        result = self.check()
        self.expect_finding(result, "src/text/a.cc:1")
        self.assertNotIn("src/base", result[1])

    def test_template_header_reached_from_isa_file(self):
        self.write("src/kernels/CMakeLists.txt", 'inlay_isa_sources(kernels avx2 "-mavx2;-mfma" wide.cc)\n')
        self.write("src/kernels/gemm.h", "#include <vector>\n")
        self.write("src/kernels/wide.cc", '#include "kernels/gemm.h"\n')
        self.expect_finding(self.check(), "src/kernels/gemm.h:1", "wide.cc", "vector")

    def test_isa_file_outside_its_layer(self):
        self.write("src/base/status.h", "")
        self.write("src/kernels/x86/gemm.cc", '#include "base/status.h"\n')
        self.expect_finding(self.check(), "src/kernels/x86/gemm.cc:1")


class FormatTwin(Twin):
    def test_badly_formatted_file(self):
        self.write(".clang-format", (ROOT / ".clang-format").read_text("utf-8"))
        self.write("src/base/good.cc", "int f() { return 1; }\n")
        result = self.run_tool("check_format.py", self.root)
        if result[0] == 77:
            self.skipTest(result[1])
        self.expect_clean(result)
        self.write("src/base/bad.cc", "int  f( ){return 1;}\n")
        self.write("src/base/gen/table.cc", "int  f( ){return 1;}\n")
        result = self.run_tool("check_format.py", self.root)
        self.expect_finding(result, "src/base/bad.cc")
        self.assertNotIn("gen/table.cc", result[1])


class PathsTwin(Twin):
    # In pieces, because this file is checked too.
    BAD = (("/ho", "me/someone/models"), ("'/t", "mp/minilm'"), ("/ro", "ot/x"),
           ("--index", "-url https://mirror.example/simple"), ("https://py", "pi.org/simple"),
           ("https://user:word", "@example.org/"), ("C:\\Us", "ers\\me"))

    def test_places_of_one_machine(self):
        self.write("docs/good.md", "/usr/bin/python3, ${HOME}/models, build/tmp/x, ls > /tmp/out, https://huggingface.co/a\n")
        self.expect_clean(self.run_tool("check_paths.py", self.root))
        for pieces in self.BAD:
            text = "".join(pieces)
            with self.subTest(text):
                self.write("docs/bad.md", f"see\n{text}\n")
                self.expect_finding(self.run_tool("check_paths.py", self.root), "docs/bad.md:2")


class UsageTwin(Twin):
    CPP = "namespace inlay {\nclass Model {\n public:\n  static Model open();\n  int size() const { return inlay_second(); }\n" \
          " private:\n  int hidden() const;\n};\ninline int count() { inlay_first(); }\n}\n"

    def setUp(self):
        super().setUp()
        self.write("include/inlay/inlay.h", HEADER)
        self.write("include/inlay/cpp/model.hpp", self.CPP)
        self.c = self.write("tests/usage/c/a.c", "CHECK(inlay_first()); inlay_second(f, 1);\n")
        self.cpp = self.write("tests/usage/cpp/a.cc", "inlay::Model::open().size() + inlay::count();\n")

    def check(self):
        return self.run_tool("check_usage.py", self.root)

    def test_covered_headers_are_clean(self):
        self.expect_clean(self.check())

    def test_function_without_a_call_in_c(self):
        self.c.write_text("CHECK(inlay_first()); /* inlay_second(f, 1) */\n", "utf-8")
        self.expect_finding(self.check(), "inlay_second: expected a call in tests/usage/c")

    def test_function_without_a_call_in_cpp(self):
        self.cpp.write_text("inlay::Model::open(); // size(), count()\n", "utf-8")
        self.expect_finding(self.check(), "Model::size: expected a call", "usage: count: expected a call")

    def test_function_that_the_cpp_api_lacks(self):
        self.write("include/inlay/cpp/model.hpp", self.CPP.replace("inlay_second", "inlay_first"))
        self.expect_finding(self.check(), "inlay_second: expected a call in the C++ API")

    def test_headers_without_functions(self):
        self.write("include/inlay/inlay.h", "")
        self.write("include/inlay/cpp/model.hpp", "")
        self.expect_finding(self.check(), "inlay.h: expected declarations", "*.hpp: expected functions")


class BudgetsTwin(Twin):
    def check(self, *arguments, **limits):
        budgets = {"source_lines": 800, "file_bytes": 100000, "shared_library_stripped_bytes": 3000000, **limits}
        path = self.write("budgets.json", json.dumps(budgets))
        return self.run_tool("check_budgets.py", "--root", self.root, "--budgets", path, *arguments)

    def test_long_source_file(self):
        self.write("src/base/gen/table.cc", "\n" * 900)
        self.write("src/base/a.cc", "\n" * 800)
        self.expect_clean(self.check())
        self.write("src/base/a.cc", "\n" * 801)
        self.expect_finding(self.check(), "src/base/a.cc", "801")

    def test_large_file(self):
        self.write("data.bin", "x" * 100001)
        self.expect_finding(self.check(), "data.bin", "100001")

    def test_large_library(self):
        code = self.compile("large", "extern const char table[200000] = {1};\n")
        library = self.root / "libinlay.so"
        subprocess.run([CXX, "-shared", "-o", str(library), str(code)], check=True)
        code.unlink()
        limits = {"file_bytes": 1000000}
        self.expect_clean(self.check("--shared", library, **limits))
        self.expect_finding(self.check("--shared", library, shared_library_stripped_bytes=200000, **limits),
                            "at most 200000 bytes stripped")


class SealedTree(Twin):
    """Builds a library from fixture sources by the same scripts as libinlay."""

    def setUp(self):
        super().setUp()
        self.header = self.write("inlay.h", HEADER)
        self.write("isa.rsp", "")

    def public_symbols(self):
        subprocess.run([CMAKE, f"-DHEADER={self.header}", f"-DOUTPUT_DIR={self.root}", "-P",
                        str(ROOT / "cmake/inlay_public_symbols.cmake")], check=True, capture_output=True)

    def seal(self, *objects, isa=()):
        self.public_symbols()
        self.write("objects.rsp", "".join(f'"{path}"\n' for path in (*objects, *isa)))
        self.write("isa.rsp", "".join(f'"{path}"\n' for path in isa))
        return subprocess.run(
            [CMAKE, "-DLD=ld", "-DOBJCOPY=objcopy", "-DNM=nm", f"-DOBJECTS={self.root}/objects.rsp",
             f"-DISA_OBJECTS={self.root}/isa.rsp", f"-DSYMBOLS={self.root}/public_symbols.txt",
             f"-DOUTPUT={self.root}/sealed.o", "-P", str(ROOT / "cmake/inlay_seal.cmake")],
            capture_output=True, text=True)

    def archive(self, *members):
        path = self.root / "libinlay.a"
        path.unlink(missing_ok=True)
        subprocess.run(["ar", "crs", str(path), *map(str, members)], check=True)
        return path

    def sealed_archive(self, *objects):
        done = self.seal(*objects)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.archive(self.root / "sealed.o")

    def shared(self, *objects, soname="libinlay.so.0", sealed=True):
        self.public_symbols()
        path = self.root / "libinlay.so"
        flags = [f"-Wl,-soname,{soname}"] if soname else []
        if sealed:
            flags.append(f"-Wl,--version-script={self.root}/public_symbols.map")
        subprocess.run([CXX, "-shared", "-o", str(path), *map(str, objects), *flags], check=True)
        return path

    def check(self, *arguments):
        return self.run_tool("check_symbols.py", "--header", self.header, *arguments)


class SymbolsTwin(SealedTree):
    GLOBAL = SOURCE + 'std::string greeting(48, \'x\');\nextern "C" const char *inlay_first_word() { return greeting.c_str(); }\n'

    def test_sealed_library_is_clean(self):
        code = self.compile("good", SOURCE)
        self.expect_clean(self.check("--archive", self.sealed_archive(code), "--shared", self.shared(code)))

    def test_unsealed_archive(self):
        code = self.compile("good", SOURCE)
        self.expect_finding(self.check("--archive", self.archive(code)), "does not declare: not_declared(int)",
                            "weak or unique definition: shared_template(int)", "COMDAT group")

    def test_global_object_in_archive(self):
        code = self.compile("bad", self.GLOBAL)
        self.expect_finding(self.check("--archive", self.sealed_archive(code)), ".init_array",
                            "_GLOBAL__sub_I_bad.cc", "left to run at exit: __cxa_atexit")

    def test_global_object_in_shared_library(self):
        code = self.compile("bad", self.GLOBAL)
        self.expect_finding(self.check("--shared", self.shared(code)), "start-up entry: _GLOBAL__sub_I_bad.cc",
                            "left to run at exit: __cxa_atexit")

    def test_stream(self):
        code = self.compile("bad", SOURCE + "#include <iostream>\n")
        self.expect_finding(self.check("--archive", self.sealed_archive(code)), "std::ios_base::Init::Init()")

    def test_function_local_static(self):
        code = self.compile("bad", SOURCE.replace('return "first"', 'static std::string s(48, 1); return s.c_str()'))
        self.expect_finding(self.check("--archive", self.sealed_archive(code)), "__cxa_atexit")

    def test_thread_local_object(self):
        code = self.compile("bad", SOURCE.replace('return "first"', 'thread_local std::string s(48, 1); return s.c_str()'))
        self.expect_finding(self.check("--archive", self.sealed_archive(code)), "__cxa_thread_atexit")

    def test_cpu_detection_of_the_compiler(self):
        code = self.compile("bad", SOURCE.replace('return "first"', 'return __builtin_cpu_supports("avx2") ? "a" : "b"'))
        self.expect_finding(self.check("--archive", self.sealed_archive(code)), "CPU detection")

    def test_declared_function_that_is_missing(self):
        code = self.compile("bad", SOURCE.replace("inlay_first()", "inlay_fist()"))
        self.expect_finding(self.check("--archive", self.archive(code)), "not defined: inlay_first")

    def test_shared_library_without_version_script(self):
        code = self.compile("good", SOURCE)
        self.expect_finding(self.check("--shared", self.shared(code, sealed=False)), "not_declared(int)")

    def test_soname(self):
        code = self.compile("good", SOURCE)
        self.expect_finding(self.check("--shared", self.shared(code, soname="")), "SONAME")

    def test_namespace_of_the_public_api(self):
        code = self.compile("bad", "namespace inlay { int f(int x) { return x; } }\n" +
                            SOURCE.replace("int inlay_second", "int use = 0;\nint (*volatile pointer)(int) = inlay::f;\n"
                                           "extern \"C\" int inlay_second", 1).replace('extern "C" extern', "extern"))
        self.expect_finding(self.check("--archive", self.sealed_archive(code)),
                            "namespace inlay, which is the programs': inlay::f(int)")

    def test_needed_library(self):
        code = self.compile("good", SOURCE)
        other = self.root / "libother.so.1"
        subprocess.run([CXX, "-shared", "-o", str(other), "-Wl,-soname,libother.so.1", str(code)], check=True)
        library = self.shared(code, "-Wl,--no-as-needed", other)
        self.expect_finding(self.check("--shared", library), "not expected: libother.so.1")

    def test_weak_symbol_in_isa_object(self):
        code = self.compile("wide", SOURCE)
        listing = self.write("isa.rsp", f'"{code}"\n')
        self.expect_finding(self.check("--isa-objects", listing), "wide.o", "shared_template(int)")


class SealTwin(SealedTree):
    def test_weak_symbol_in_isa_object_stops_the_build(self):
        done = self.seal(self.compile("good", SOURCE), isa=[self.compile("wide", "inline int twice(int x) { return 2 * x; }\nint (*use)(int) = twice;\n")])
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("_Z5twicei", done.stderr)

    def test_two_copies_and_a_host_with_the_same_names(self):
        first = self.compile("first", SOURCE)
        self.assertEqual(self.seal(first).returncode, 0)
        other = self.root / "other.o"
        subprocess.run(["objcopy", "--redefine-sym", "inlay_first=other_first", "--redefine-sym",
                        "inlay_second=other_second", str(self.root / "sealed.o"), str(other)], check=True)
        self.write("host.cc", '#include "inlay.h"\ninline int shared_template(int) { return 7; }\n'
                   'int not_declared(int x) { return shared_template(x); }\nint same(int x) { return x; }\n'
                   'extern "C" int other_second(int (*)(int), int);\n'
                   "int main() { return not_declared(1) == 7 && inlay_second(same, 2) == 2 && "
                   "inlay_second(same, 2) == 4 && other_second(same, 2) == 2 ? 0 : 1; }\n")
        program = self.root / "host"
        subprocess.run([CXX, "-o", str(program), str(self.root / "host.cc"), str(self.root / "sealed.o"),
                        str(other)], check=True)
        self.assertEqual(subprocess.run([str(program)]).returncode, 0)

    def test_declaration_without_a_name(self):
        self.write("inlay.h", HEADER + "INLAY_API extern const int inlay_table[4];\n")
        done = subprocess.run([CMAKE, f"-DHEADER={self.header}", f"-DOUTPUT_DIR={self.root}", "-P",
                               str(ROOT / "cmake/inlay_public_symbols.cmake")], capture_output=True, text=True)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("inlay_table", done.stderr)


class SummaryTwin(Twin):
    SKIP = '<skipped message="SKIP_RETURN_CODE=77"/>'
    CASE = '<testcase name="{0}" status="{1}">{2}<system-out>{3}</system-out></testcase>'

    def summary(self, *cases, ci="false"):
        lines = "".join(self.CASE.format(*case) for case in cases)
        self.write("ports.xml", f"<testsuite>{lines}</testsuite>")
        return self.run_tool("test_summary.py", self.root, "ports", CI=ci)

    def test_all_passed(self):
        result = self.summary(("a", "run", "", ""), ("b", "notrun", self.SKIP, "skipped: no wine"))
        self.expect_clean(result)
        self.assertEqual(result[1].splitlines()[-1], "1 passed, 0 failed, 1 skipped")

    def test_failure(self):
        result = self.summary(("a", "run", "", ""), ("b", "fail", '<failure message="Timeout"/>', "why"))
        self.expect_finding(result, "FAILED b: Timeout", "why", "1 passed, 1 failed, 0 skipped")

    def test_test_that_could_not_be_started(self):
        case = ("a", "notrun", '<skipped message="Unable to find executable"/>', "")
        self.expect_finding(self.summary(case), "FAILED a: Unable to find executable")

    def test_nothing_ran(self):
        self.expect_finding(self.summary(), "no test ran")
        self.expect_finding(self.summary(("a", "notrun", self.SKIP, "skipped: no wine")), "no test ran")

    def test_tier_without_result(self):
        self.expect_finding(self.run_tool("test_summary.py", self.root, "usage"), "FAILED usage: no result")

    def test_missing_peer_fails_under_ci(self):
        cases = [("a", "run", "", ""), ("b", "notrun", self.SKIP, "skipped: missing peer: onnxruntime")]
        self.expect_clean(self.summary(*cases))
        self.expect_finding(self.summary(*cases, ci="true"), "FAILED b", "1 passed, 1 failed, 0 skipped")


if __name__ == "__main__":
    unittest.main()
