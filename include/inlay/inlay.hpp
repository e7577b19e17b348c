// The C++20 API: header-only, over inlay.h alone; link libinlay as a C program does.
//
//   const auto model = inlay::Model::open("all-MiniLM-L6-v2");
//   const auto embedder = inlay::Embedder::create(model, inlay::EmbedderOptions().threads(2));
//   const auto vectors = embedder.embed({"A man is eating food.", "The linker fails."});
//   std::span<const float> first = vectors[0];  // 384 numbers
//
// Conventions, beyond those of inlay.h:
//  1. Handles (Model, Session, …) move, are not copied, and free what they hold. One that was moved from
//     is empty: what is asked of it is an error, or 0 and empty spans, never a crash.
//  2. Failures throw inlay::Error. Compiled with -fno-exceptions, or with INLAY_NO_EXCEPTIONS defined,
//     the same functions return inlay::Result<T>. Outcome<T> below is T in the one case and Result<T> in
//     the other; both kinds of files may be in one program.
//  3. Spans and string_views that an object gives belong to it and live as long as it does.
//  4. Options are built by chained setters; what is not set is the default.
//  5. Threads are as in inlay.h: handles serve many threads at once, results and options one.
#pragma once

#include "inlay/cpp/classifier.hpp"
#include "inlay/cpp/embedder.hpp"
#include "inlay/cpp/error.hpp"
#include "inlay/cpp/few_shot.hpp"
#include "inlay/cpp/model.hpp"
#include "inlay/cpp/reranker.hpp"
#include "inlay/cpp/session.hpp"
#include "inlay/cpp/tensor.hpp"
#include "inlay/cpp/token_classifier.hpp"
#include "inlay/cpp/tokenizer.hpp"
#include "inlay/cpp/trainer.hpp"
#include "inlay/cpp/value.hpp"
