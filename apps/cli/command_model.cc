// inlay model list | pull NAME | verify NAME | path NAME
#include <algorithm>
#include <memory>

#include "commands.h"
#include "failure.h"
#include "json.h"
#include "output.h"
#include "pull.h"
#include "store.h"
#include "table.h"

namespace cli {
namespace {

fs::path installed_path(const std::string& name) {
  const fs::path path = store_folder() / to_path(name);
  std::error_code ignored;
  if (is_model_name(name) && fs::is_directory(path, ignored)) return path;
  fail("model ", quote(name), ": expected it in the model store ", to_text(store_folder()),
       ", found nothing; get it with: inlay model pull ", name);
}

void list_models(bool json) {
  const std::vector<std::string> installed = installed_models();
  std::vector<std::string> names = installed;
  for (const Manifest& known : known_manifests()) names.push_back(known.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());

  Table table({{"model", Table::kLeft, Paint::kBold},
               {"installed"},
               {"size", Table::kRight},
               {"licence"},
               {"description", Table::kFlexible}});
  for (const std::string& name : names) {
    const bool is_there = std::binary_search(installed.begin(), installed.end(), name);
    const Manifest manifest = stored_manifest(name).value_or(Manifest{name, "", "", {}, {}});
    if (json) {
      JsonLine line;
      line.begin_object().key("name").string(name).key("installed").boolean(is_there);
      line.key("bytes").integer(manifest.bytes()).key("licence").string(manifest.licence);
      line.key("description").string(manifest.description).key("path");
      is_there ? line.string(to_text(store_folder() / to_path(name))) : line.null();
      print_line(line.end_object().text());
    } else {
      const bool sized = manifest.bytes() > 0;
      table.row({name, is_there ? "yes" : "no",
                 sized ? bytes_text(static_cast<double>(manifest.bytes())) : "", manifest.licence,
                 manifest.description});
    }
  }
  if (!json) table.print();
}

void verify_model(const std::string& name) {
  const fs::path folder = installed_path(name);
  const std::optional<Manifest> manifest = stored_manifest(name);
  if (!manifest) fail("model ", name, ": expected a manifest to verify it by, found none");
  size_t damaged = 0;
  Table table({{"file", Table::kFlexible, Paint::kBold}, {"size", Table::kRight}, {"verdict"}});
  for (const ManifestFile& file : manifest->files) {
    const std::string problem = file_problem(folder, file);
    damaged += problem.empty() ? 0 : 1;
    table.row(
        {file.path, bytes_text(static_cast<double>(file.bytes)), problem.empty() ? "ok" : problem});
  }
  table.print();
  if (damaged > 0) {
    flush_output();
    fail("model ", name, ": expected whole files, found ", damaged,
         " missing or damaged; mend it with: inlay model pull ", name);
  }
}

}  // namespace

void add_model(Options& options) {
  auto json = std::make_shared<bool>(false);
  auto name = std::make_shared<std::string>();
  auto from = std::make_shared<std::string>();

  Options list = options.command("list", "Shows the models that are known or installed");
  list.flag("--json", *json, "one object a line");
  list.on_run([json] { list_models(*json); });

  Options pull = options.command("pull", "Fetches a model into the store");
  pull.text("NAME", *name, "", "a known model, or a manifest FILE.json", Options::kRequired);
  pull.text("--from", *from, "DIR", "take the files from this folder alone");
  pull.on_run([name, from] { pull_model(*name, *from); });

  Options verify = options.command("verify", "Hashes a model's files again");
  verify.text("NAME", *name, "", "an installed model", Options::kRequired);
  verify.on_run([name] { verify_model(*name); });

  Options path = options.command("path", "Prints the folder of an installed model");
  path.text("NAME", *name, "", "an installed model", Options::kRequired);
  path.on_run([name] { print_line(to_text(installed_path(*name))); });
}

}  // namespace cli
