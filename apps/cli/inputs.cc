#include "inputs.h"

#include <span>
#include <string_view>

#include "failure.h"
#include "npy.h"
#include "output.h"
#include "zip.h"

namespace cli {
namespace {

constexpr size_t kMaxFileBytes = size_t{1} << 36;

void add(std::vector<NamedArray>& inputs, std::string name, Array array) {
  for (const NamedArray& input : inputs) {
    if (input.name == name)
      fail("run: --input: expected each name once, found ", quote(name), " twice");
  }
  inputs.push_back({std::move(name), std::move(array)});
}

void add_npz(std::vector<NamedArray>& inputs, const std::string& file) {
  const ZipArchive archive(to_path(file));
  for (const ZipArchive::Entry& entry : archive.entries()) {
    std::string_view name = entry.name;
    const std::string place = file + ": " + entry.name;
    if (!name.ends_with(".npy")) fail(place, ": expected an entry NAME.npy, found another");
    name.remove_suffix(4);
    add(inputs, std::string(name), read_npy(archive.read(entry), place));
  }
}

Array read_array(const std::string& file) {
  if (file.ends_with(".pb")) {
    fail(file, ": expected an .npy file, found .pb; reading TensorProto files is not built yet");
  }
  const std::string content = read_file(to_path(file), kMaxFileBytes);
  return read_npy(std::as_bytes(std::span(content)), file);
}

}  // namespace

std::vector<NamedArray> read_inputs(const std::vector<std::string>& arguments) {
  std::vector<NamedArray> inputs;
  for (const std::string& argument : arguments) {
    const size_t equals = argument.find('=');
    if (equals != std::string::npos && equals > 0) {
      add(inputs, argument.substr(0, equals), read_array(argument.substr(equals + 1)));
    } else if (argument.ends_with(".npz")) {
      add_npz(inputs, argument);
    } else {
      fail_usage("run: --input: expected NAME=FILE.npy or FILE.npz, found ", quote(argument));
    }
  }
  return inputs;
}

}  // namespace cli
