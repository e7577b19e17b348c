// inlay embed -m MODEL [--json|--npy FILE] [--prompt NAME] [--dimensions N] [--chunk] [TEXT…]
#include <memory>
#include <optional>

#include "commands.h"
#include "embedding.h"
#include "json.h"
#include "npy.h"
#include "output.h"
#include "table.h"
#include "text_width.h"
#include "texts.h"

namespace cli {
namespace {

struct Embed {
  EmbedderOptions embedder;
  std::vector<std::string> texts;
  std::string npy;
  bool json = false;
};

void print_json(const std::string& text, std::span<const float> vector, bool truncated) {
  JsonLine line;
  line.begin_object().key("text").string(text).key("embedding").begin_array();
  for (const float value : vector) line.number(value);
  line.end_array();
  if (truncated) line.key("truncated").boolean(true);
  print_line(line.end_object().text());
}

// The first values of a vector, then the text: enough to see that something came out.
void print_row(const std::string& text, std::span<const float> vector, bool truncated) {
  std::string values;
  for (size_t i = 0; i < std::min<size_t>(vector.size(), 4); ++i) {
    values += pad_left(fixed(vector[i], 4), 9);
  }
  const std::string head = values + pad_left(concat("… ", vector.size()), 8) + "  ";
  const int left = std::max(output_columns(1 << 20) - text_columns(head), 12);
  print_line(painted(head, Paint::kDim) +
             fit_columns(printable(text) + (truncated ? " (truncated)" : ""), left));
}

void run_embed(const Embed& options) {
  if (options.json && !options.npy.empty())
    fail_usage("embed: expected --json or --npy, found both");
  const Embedder embedder = make_embedder(options.embedder);
  std::optional<NpyRowWriter> file;
  if (!options.npy.empty()) {
    file.emplace(to_path(options.npy), inlay_embedder_dimensions(embedder.get()));
  }
  TextSource source(options.texts);
  while (const auto batch = source.next()) {
    const Embeddings embeddings = embed(embedder, *batch);
    const inlay_embeddings_view view = inlay_embeddings_get(embeddings.get());
    for (size_t i = 0; i < view.count; ++i) {
      const std::span<const float> vector(view.data + i * view.dimensions, view.dimensions);
      if (file) {
        file->append(vector);
      } else if (options.json) {
        print_json((*batch)[i], vector, view.truncated[i]);
      } else {
        print_row((*batch)[i], vector, view.truncated[i]);
      }
    }
    flush_output();
  }
  if (file) file->commit();
}

}  // namespace

void add_embed(Options& options) {
  auto embed = std::make_shared<Embed>();
  add_embedder_options(options, embed->embedder);
  options.flag("--raw", embed->embedder.raw,
               "vectors keep their length, where the model makes it 1");
  options.flag("--json", embed->json, "one object a line");
  options.text("--npy", embed->npy, "FILE", "write one float32 array [texts, dimensions]");
  options.list("TEXT", embed->texts, "…", "texts; without any, the lines of the standard input");
  options.on_run([embed] { run_embed(*embed); });
}

}  // namespace cli
