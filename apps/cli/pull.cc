#include "pull.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "failure.h"
#include "fetch.h"
#include "output.h"
#include "store.h"
#include "table.h"

namespace cli {
namespace {

Manifest find_manifest(const std::string& model) {
  if (model.ends_with(".json")) {
    const fs::path path = to_path(model);
    return parse_manifest(read_file(path, 1 << 24), model, path.parent_path());
  }
  if (const Manifest* known = find_known_manifest(model)) return *known;
  fail("model ", quote(model),
       ": expected a name that `inlay model list` shows or a manifest FILE.json, "
       "found neither");
}

std::unique_ptr<FileLock> lock_model(const fs::path& path, const std::string& name) {
  bool told = false;
  for (;;) {
    if (auto lock = FileLock::try_acquire(path)) return lock;
    if (!told) message("waiting for another pull of " + name);
    told = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

bool is_whole(const fs::path& folder, const Manifest& manifest) {
  return std::all_of(manifest.files.begin(), manifest.files.end(),
                     [&](const ManifestFile& file) { return file_problem(folder, file).empty(); });
}

std::vector<std::unique_ptr<Fetcher>> make_fetchers(const Manifest& manifest,
                                                    const std::string& from,
                                                    const fs::path& partial) {
  std::vector<std::unique_ptr<Fetcher>> fetchers;
  const std::string at_hand = from.empty() ? environment("INLAY_MODEL_SOURCE") : from;
  if (!at_hand.empty()) fetchers.push_back(make_folder_fetcher(at_hand, manifest.name));
  if (!from.empty()) return fetchers;
  for (const ManifestSource& source : manifest.sources) {
    switch (source.kind) {
      case ManifestSource::kFolder:
        fetchers.push_back(make_folder_fetcher(source.address, manifest.name));
        break;
      case ManifestSource::kPip:
        fetchers.push_back(make_pip_fetcher(source, fs::path(partial) / ".pip"));
        break;
      case ManifestSource::kHttps: fetchers.push_back(make_https_fetcher(source.address)); break;
    }
  }
  return fetchers;
}

// Brings one file to its place in `partial`, unless it is there.
void fetch_file(Fetcher& fetcher, const ManifestFile& file, const fs::path& partial) {
  if (file_problem(partial, file).empty()) return;
  const fs::path path = partial / to_path(file.path);
  fs::create_directories(path.parent_path());
  const ManifestFile part_file = {file.path + ".part", file.bytes, file.sha256};
  const fs::path part = partial / to_path(part_file.path);
  Progress progress(file.path, file.bytes);
  // What an earlier time left may be the beginning of something else: then once more from the start.
  std::string problem;
  for (bool resumed = fs::exists(part), again = true; again; resumed = false) {
    fetcher.fetch(file, part, progress);
    problem = file_problem(partial, part_file);
    again = resumed && !problem.empty();
    if (!problem.empty()) fs::remove(part);
  }
  if (!problem.empty()) fail(fetcher.name(), ": ", file.path, ": ", problem);
  fs::rename(part, path);
  progress.finish();
}

void fetch_files(const Manifest& manifest, const std::string& from, const fs::path& partial) {
  const auto fetchers = make_fetchers(manifest, from, partial);
  if (fetchers.empty())
    fail("model ", manifest.name, ": expected a source or --from DIR, found none");
  for (size_t i = 0; i < fetchers.size(); ++i) {
    try {
      for (const ManifestFile& file : manifest.files) fetch_file(*fetchers[i], file, partial);
      return;
    } catch (const Failure& failure) {
      if (i + 1 == fetchers.size()) throw;
      message(concat(failure.what(), "; trying ", fetchers[i + 1]->name()));
    }
  }
}

// Takes the files of a damaged model that are whole, so that only the others are fetched.
void reuse_files(const Manifest& manifest, const fs::path& installed, const fs::path& partial) {
  for (const ManifestFile& file : manifest.files) {
    const fs::path target = partial / to_path(file.path);
    if (fs::exists(target) || !file_problem(installed, file).empty()) continue;
    fs::create_directories(target.parent_path());
    fs::copy_file(installed / to_path(file.path), target);
  }
}

void check_space(const Manifest& manifest, const fs::path& partial) {
  int64_t there = 0;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(partial)) {
    if (entry.is_regular_file(error)) there += static_cast<int64_t>(entry.file_size(error));
  }
  const fs::space_info space = fs::space(partial, error);
  const int64_t needed = manifest.bytes() - there;
  if (!error && needed > 0 && space.available < static_cast<uint64_t>(needed)) {
    fail(to_text(partial), ": expected ", bytes_text(static_cast<double>(needed)),
         " of free space, found ", bytes_text(static_cast<double>(space.available)));
  }
}

// Puts `partial` in the place of `installed`.
void install(const Manifest& manifest, const fs::path& partial, const fs::path& installed) {
  fs::remove_all(partial / ".pip");
  OutputFile stored(partial / kStoredManifest);
  const std::string text = write_manifest(manifest);
  stored.write(text.data(), text.size());
  stored.commit();
  const fs::path old = fs::path(installed) += ".old";
  fs::remove_all(old);
  if (fs::exists(installed)) fs::rename(installed, old);
  fs::rename(partial, installed);
  fs::remove_all(old);
}

}  // namespace

fs::path pull_model(const std::string& model, const std::string& from) {
  const Manifest manifest = find_manifest(model);
  const fs::path store = store_folder();
  fs::create_directories(store);
  const fs::path installed = store / to_path(manifest.name);
  const fs::path partial = fs::path(installed) += ".partial";
  const auto lock = lock_model(fs::path(installed) += ".lock", manifest.name);
  if (is_whole(installed, manifest)) {
    message(manifest.name + " is there already");
    return installed;
  }
  fs::create_directories(partial);
  reuse_files(manifest, installed, partial);
  check_space(manifest, partial);
  fetch_files(manifest, from, partial);
  install(manifest, partial, installed);
  message(concat(manifest.name, ": ", manifest.files.size(), " files, ",
                 bytes_text(static_cast<double>(manifest.bytes())), ", in ", to_text(installed)));
  return installed;
}

}  // namespace cli
