// An archive of any bytes has entries or is a Failure; each entry is read whole or is a Failure.
#include "../fuzz_target.h"
#include "../scratch_folder.h"
#include "failure.h"
#include "zip.h"

namespace {

void read_entry(const cli::ZipArchive& archive, const cli::ZipArchive::Entry& entry) try {
  INLAY_FUZZ_CHECK(archive.read(entry).size() == entry.bytes);
} catch (const cli::Failure&) {
}

}  // namespace

INLAY_FUZZ_TARGET(zip) try {
  static const inlay::fuzz::ScratchFolder folder;
  folder.write("input", input);
  const cli::ZipArchive archive(folder.path("input"));
  constexpr size_t kMaxRead = 4;  // a small archive may name one entry many times
  for (size_t i = 0; i < std::min(kMaxRead, archive.entries().size()); ++i)
    read_entry(archive, archive.entries()[i]);
} catch (const cli::Failure&) {
}
