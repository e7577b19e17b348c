// A manifest of any bytes is read or a Failure; what is read names plain files inside the model's folder, and
// is written and read back as the same.
#include "../fuzz_target.h"
#include "failure.h"
#include "manifest.h"

namespace {

void check_file(const cli::ManifestFile& file) {
  const cli::fs::path path = cli::to_path(file.path);
  INLAY_FUZZ_CHECK(path.is_relative() && path.lexically_normal() == path && file.path[0] != '.');
  INLAY_FUZZ_CHECK(file.bytes >= 0 && file.sha256.size() == 64);
}

}  // namespace

INLAY_FUZZ_TARGET(manifest) try {
  const cli::Manifest manifest = cli::parse_manifest(input, "input", "folder");
  INLAY_FUZZ_CHECK(cli::is_model_name(manifest.name) && manifest.bytes() >= 0);
  for (const cli::ManifestFile& file : manifest.files) check_file(file);
  const std::string once = cli::write_manifest(manifest);
  const cli::Manifest again = cli::parse_manifest(once, "again", "folder");
  INLAY_FUZZ_CHECK(again.files.size() == manifest.files.size());
  INLAY_FUZZ_CHECK(cli::write_manifest(again) == once);
} catch (const cli::Failure& failure) {
  INLAY_FUZZ_CHECK(std::string_view(failure.what()).find('\n') == std::string_view::npos);
}
