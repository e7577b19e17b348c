#include "options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>

#include "commands.h"
#include "failure.h"
#include "inlay/inlay.h"

namespace cli {
namespace {

// CLI11 takes "[a,b]" for a list of two. A byte behind every argument that begins with "[" makes it a
// text again; kept_whole takes it away where the value is read.
std::string keep_whole(const std::string& argument) {
  return argument.starts_with('[') ? argument + '\x1f' : argument;
}

void kept_whole(CLI::Option* option) {
  option->transform([](std::string value) {
    if (value.starts_with('[')) value.pop_back();
    return value;
  });
}

std::string command_names() {
  std::string names;
  for (const Command& command : kCommands)
    names += (names.empty() ? "" : ", ") + std::string(command.name);
  return names;
}

// "model pull" for the command that arguments had reached.
std::string command_path(const CLI::App& app) {
  std::string path;
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    path += (path.empty() ? "" : " ") + at->get_name();
  }
  return path;
}

void check_command_name(const std::vector<std::string>& arguments) {
  if (arguments.empty())
    fail_usage("expected a command of: ", command_names(), "; see inlay --help");
  const std::string& name = arguments.front();
  if (name.starts_with('-')) return;
  for (const Command& command : kCommands) {
    if (name == command.name) return;
  }
  fail_usage("expected a command of: ", command_names(), "; found ", quote(name));
}

// CLI11's message on one line, without its full stop.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && (text.back() == ' ' || text.back() == '.')) text.pop_back();
  return text;
}

}  // namespace

void Options::text(const char* names, std::string& value, const char* placeholder, const char* help,
                   Need need) {
  kept_whole(
      app_.add_option(names, value, help)->type_name(placeholder)->required(need == kRequired));
}

void Options::flag(const char* names, bool& value, const char* help) {
  app_.add_flag(names, value, help);
}

void Options::number(const char* names, int64_t& value, int64_t least, const char* help) {
  app_.add_option(names, value, help)
      ->type_name("N")
      ->check(CLI::Range(least, int64_t{UINT32_MAX}).description(""));
}

void Options::number(const char* names, float& value, const char* help) {
  app_.add_option(names, value, help)->type_name("X");
}

void Options::size(const char* names, uint64_t& value, const char* help) {
  app_.add_option(names, value, help)->type_name("BYTES")->transform(CLI::AsSizeValue(false));
}

void Options::list(const char* names, std::vector<std::string>& values, const char* placeholder,
                   const char* help) {
  kept_whole(app_.add_option(names, values, help)->type_name(placeholder));
}

void Options::model(std::string& value) {
  text("-m,--model", value, "MODEL", "a file, a directory, or a name that `inlay model list` shows",
       kRequired);
}

void Options::threads(int64_t& value) {
  number("--threads", value, 0, "how many threads; 0, the default: one for each usable CPU");
}

void Options::footer(const char* text) { app_.footer(text); }

void Options::on_run(std::function<void()> run) { app_.callback(std::move(run)); }

Options Options::command(const char* name, const char* summary) {
  app_.require_subcommand(1);
  return Options(*app_.add_subcommand(name, summary));
}

int run_arguments(const std::vector<std::string>& arguments) {
  CLI::App app("Runs ONNX models, tokenizes, embeds and classifies text on this machine.", "inlay");
  app.allow_windows_style_options(false);
  app.get_formatter()->column_width(28);
  app.set_version_flag("--version", std::string("inlay ") + inlay_version());
  app.footer(
      "MODEL is a file, a directory, or a name that `inlay model list` shows.\n"
      "Results go to the standard output; exit status 0 done, 1 failed, 2 wrong usage.");
  app.require_subcommand(1);
  for (const Command& command : kCommands) {
    Options options(*app.add_subcommand(command.name, command.summary));
    command.add(options);
  }
  try {
    if (arguments.empty() || !arguments.front().starts_with('-')) check_command_name(arguments);
    std::vector<std::string> reversed;
    for (const std::string& argument : arguments) reversed.push_back(keep_whole(argument));
    std::reverse(reversed.begin(), reversed.end());
    app.parse(std::move(reversed));
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    const std::string path = command_path(app);
    fail_usage(path, path.empty() ? "" : ": ", one_line(error.what()), "; see inlay ", path,
               path.empty() ? "" : " ", "--help");
  }
  return 0;
}

}  // namespace cli
