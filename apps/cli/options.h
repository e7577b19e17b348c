// The options of a command, over CLI11, which only options.cc includes: it takes seconds to compile.
//
//   auto embed = std::make_shared<Embed>();
//   options.text("-m,--model", embed->model, "MODEL", "a file, a directory or a stored model");
//   options.flag("--json", embed->json, "one object a line");
//   options.on_run([embed] { run_embed(*embed); });
//
// Values are written while arguments are read and must outlive it: the callback keeps them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace cli {

class Options {
 public:
  enum Need { kOptional, kRequired };

  explicit Options(CLI::App& app) : app_(app) {}

  // `names` is "-m,--model" for an option, "MODEL" for an argument by its place.
  void text(const char* names, std::string& value, const char* placeholder, const char* help,
            Need need = kOptional);
  void flag(const char* names, bool& value, const char* help);
  // An integer from `least` to 2^32 - 1.
  void number(const char* names, int64_t& value, int64_t least, const char* help);
  void number(const char* names, float& value, const char* help);
  // Bytes, with K, M or G behind for 1024, 1024^2 or 1024^3 of them.
  void size(const char* names, uint64_t& value, const char* help);
  // Any number of values; an option may also be given several times.
  void list(const char* names, std::vector<std::string>& values, const char* placeholder,
            const char* help);
  // What many commands share: -m MODEL and --threads N.
  void model(std::string& value);
  void threads(int64_t& value);

  // What stands below the options in --help.
  void footer(const char* text);
  void on_run(std::function<void()> run);
  // A command below this one, as in `inlay model pull`; one of them must be given.
  Options command(const char* name, const char* summary);

 private:
  CLI::App& app_;
};

// Reads arguments and runs the command that they name. Returns the exit status; throws Failure.
int run_arguments(const std::vector<std::string>& arguments);

}  // namespace cli
