"""inlay as a program in another language sees it: the C ABI of include/inlay/inlay.h, by ctypes.

    library = Inlay("build/release")
    session = library.session("all-MiniLM-L6-v2", threads=2)
    (hidden,) = session.run({"input_ids": ids, "token_type_ids": types, "row_offsets": offsets})

An inlay_error becomes InlayError with the library's message.
"""
import ctypes
import pathlib
import sys

import numpy as np

NAMES = {"win32": "inlay.dll", "darwin": "libinlay.dylib"}
DTYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 4: np.uint16, 5: np.int16, 6: np.int32, 7: np.int64,
          9: np.bool_, 10: np.float16, 11: np.float64, 12: np.uint32, 13: np.uint64}
NUMBERS = {np.dtype(kind): number for number, kind in DTYPES.items()}
NO_LIMIT = 2**32 - 1

Handle = ctypes.c_void_p
Count = ctypes.c_size_t


class TensorView(ctypes.Structure):
    _fields_ = [("dtype", ctypes.c_int), ("rank", ctypes.c_uint32),
                ("shape", ctypes.POINTER(ctypes.c_int64)), ("data", ctypes.c_void_p)]


class ValueInfo(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("dtype", ctypes.c_int), ("rank", ctypes.c_int32),
                ("shape", ctypes.POINTER(ctypes.c_int64)),
                ("dims", ctypes.POINTER(ctypes.c_char_p))]


class SessionOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("threads", ctypes.c_uint32)]


class EmbedderOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("threads", ctypes.c_uint32),
                ("prompt", ctypes.c_char_p)]


class FewShotOptions(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in
                ("struct_size", "threads", "method", "without_descriptions", "balanced")
                ] + [("c", ctypes.c_float), ("unknown_share", ctypes.c_float)]


class EncodeOptions(ctypes.Structure):
    _fields_ = [("struct_size", ctypes.c_uint32), ("without_special_tokens", ctypes.c_uint32),
                ("max_length", ctypes.c_uint32), ("pad_to", ctypes.c_uint32)]


class EncodingView(ctypes.Structure):
    _fields_ = [("count", Count)] + [
        (name, ctypes.POINTER(ctypes.c_uint32))
        for name in ("ids", "type_ids", "attention_mask", "special_tokens_mask")
    ] + [("offsets", ctypes.POINTER(ctypes.c_uint64)),
         ("tokens", ctypes.POINTER(ctypes.c_char_p)), ("truncated", ctypes.c_uint32)]


class EmbeddingsView(ctypes.Structure):
    _fields_ = [("count", Count), ("dimensions", Count),
                ("data", ctypes.POINTER(ctypes.c_float)), ("truncated", ctypes.c_void_p)]


# Functions that do not return an inlay_error*, and what they return instead.
RESULTS = {
    "version": ctypes.c_char_p,
    "error_message": ctypes.c_char_p,
    "session_input_count": Count,
    "session_output_count": Count,
    "session_input": ValueInfo,
    "tensor_get": TensorView,
    "encoding_get": EncodingView,
    "embeddings_get": EmbeddingsView,
}


class InlayError(Exception):
    pass


def options(kind, **values):
    return kind(struct_size=ctypes.sizeof(kind), **values)


def encoded(texts):
    """UTF-8 bytes, an array of pointers to them and an array of their lengths."""
    raw = [text.encode() for text in texts]
    return raw, (ctypes.c_char_p * len(raw))(*raw), (Count * len(raw))(*map(len, raw))


class Inlay:
    """The library of a build folder."""

    def __init__(self, build):
        folder = pathlib.Path(build, "bin" if sys.platform == "win32" else "lib")
        self.library = ctypes.CDLL(str(folder / NAMES.get(sys.platform, "libinlay.so")))
        for name, kind in RESULTS.items():
            self.function(name).restype = kind

    def function(self, name):
        return getattr(self.library, f"inlay_{name}")

    def call(self, name, *arguments):
        """Calls a function that returns an inlay_error*."""
        self.check(self.may_fail(name)(*arguments))

    def may_fail(self, name):
        """A function that returns an inlay_error*, for check()."""
        function = self.function(name)
        function.restype = Handle
        return function

    def check(self, error):
        if error:
            message = self.function("error_message")(Handle(error)).decode()
            self.free("error", Handle(error))
            raise InlayError(message)

    def make(self, name, *arguments):
        """Calls a function whose last parameter is the handle that it makes."""
        handle = Handle()
        self.call(name, *arguments, ctypes.byref(handle))
        return handle

    def free(self, noun, handle):
        function = self.function(f"{noun}_free")
        function.restype = None
        function(handle)

    def version(self):
        return self.function("version")().decode()

    def session(self, path, threads):
        return Session(self, path, threads)

    def tokenizer(self, path):
        return Tokenizer(self, path)

    def embedder(self, path, threads):
        return Embedder(self, path, threads)

    def trainer(self, path, **settings):
        return Trainer(self, path, **settings)


class Owner:
    """A handle that is freed with its Python object."""

    noun = ""

    def __init__(self, inlay, handle):
        self.inlay, self.handle = inlay, handle

    def close(self):
        handle, self.handle = self.handle, None
        if handle:
            self.inlay.free(self.noun, handle)

    def __del__(self):
        self.close()

    @staticmethod
    def of_model(inlay, path, make):
        """make(model) of the model at `path`, which is freed afterwards: handles keep it alive."""
        model = inlay.make("model_open", str(path).encode(), None)
        try:
            return make(model)
        finally:
            inlay.free("model", model)


class Session(Owner):
    noun = "session"

    def __init__(self, inlay, path, threads):
        settings = options(SessionOptions, threads=threads)
        super().__init__(inlay, self.of_model(inlay, path, lambda model: inlay.make(
            "session_create", model, ctypes.byref(settings))))
        self.input_names = [inlay.function("session_input")(self.handle, Count(i)).name.decode()
                            for i in range(inlay.function("session_input_count")(self.handle))]
        self.output_count = inlay.function("session_output_count")(self.handle)

    def bind(self, feed):
        """A run on `feed`, name → array, prepared: calling it runs and drops the outputs."""
        return BoundRun(self, feed)

    def run(self, feed):
        """The outputs as arrays of their own."""
        return self.bind(feed).outputs()


class BoundRun:
    """Arguments of inlay_session_run, made once, so that a timed call is little more than the C call."""

    def __init__(self, session, feed):
        self.session, self.inlay = session, session.inlay
        self.arrays = [np.ascontiguousarray(array) for array in feed.values()]
        self.shapes = [(ctypes.c_int64 * array.ndim)(*array.shape) for array in self.arrays]
        views = [TensorView(NUMBERS[array.dtype], array.ndim, shape, array.ctypes.data)
                 for array, shape in zip(self.arrays, self.shapes)]
        self.outs = (Handle * session.output_count)()
        self.arguments = (session.handle, None,
                          (ctypes.c_char_p * len(feed))(*[name.encode() for name in feed]),
                          (TensorView * len(feed))(*views), Count(len(feed)), None,
                          Count(session.output_count), self.outs)
        self.run, self.free = self.inlay.may_fail("session_run"), self.inlay.function("tensor_free")
        self.free.restype, self.free.argtypes = None, [Handle]

    def __call__(self):
        error = self.run(*self.arguments)
        if error:
            self.inlay.check(error)
        for tensor in self.outs:
            self.free(tensor)

    def outputs(self):
        self.inlay.check(self.run(*self.arguments))
        try:
            return [self.to_array(Handle(tensor)) for tensor in self.outs]
        finally:
            self.drop()

    def drop(self):
        for tensor in self.outs:
            self.inlay.free("tensor", Handle(tensor))

    def to_array(self, tensor):
        view = self.inlay.function("tensor_get")(tensor)
        shape, dtype = view.shape[:view.rank], np.dtype(DTYPES[view.dtype])
        n_bytes = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
        return np.frombuffer(ctypes.string_at(view.data, n_bytes), dtype).reshape(shape)


class Tokenizer(Owner):
    noun = "tokenizer"

    def __init__(self, inlay, path):
        super().__init__(inlay, inlay.make("tokenizer_open", str(path).encode()))
        self.options = options(EncodeOptions, max_length=NO_LIMIT)

    def encode(self, raw, take=None):
        """Encodes one text in UTF-8; take(view) may look at the result."""
        encoding = self.inlay.make("tokenizer_encode", self.handle, raw, Count(len(raw)), None,
                                   Count(0), ctypes.byref(self.options))
        try:
            return take(self.inlay.function("encoding_get")(encoding)) if take else None
        finally:
            self.inlay.free("encoding", encoding)

    def ids(self, texts):
        """A list of ids for each text."""
        return [self.encode(text.encode(), lambda view: view.ids[:view.count]) for text in texts]

    def bind(self, texts):
        """A function that encodes all texts and returns nothing."""
        raw = [text.encode() for text in texts]

        def run():
            for text in raw:
                self.encode(text)

        return run


class Embedder(Owner):
    noun = "embedder"

    def __init__(self, inlay, path, threads):
        settings = options(EmbedderOptions, threads=threads)
        super().__init__(inlay, self.of_model(inlay, path, lambda model: inlay.make(
            "embedder_create", model, ctypes.byref(settings))))

    def embed(self, texts):
        """float32 [texts, dimensions]"""
        _, pointers, lengths = encoded(texts)
        result = self.inlay.make("embedder_embed", self.handle, pointers, lengths,
                                 Count(len(texts)))
        try:
            view = self.inlay.function("embeddings_get")(result)
            values = np.ctypeslib.as_array(view.data, (view.count, view.dimensions))
            return values.copy()
        finally:
            self.inlay.free("embeddings", result)


class Trainer(Owner):
    """A few-shot trainer without described labels; settings are FewShotOptions's."""

    noun = "trainer"

    def __init__(self, inlay, path, **settings):
        chosen = options(FewShotOptions, **settings)
        super().__init__(inlay, self.of_model(inlay, path, lambda model: inlay.make(
            "trainer_create", model, None, Count(0), ctypes.byref(chosen))))

    def add(self, texts, labels):
        _, pointers, lengths = encoded(texts)
        _, names, _ = encoded(labels)
        self.inlay.call("trainer_add", self.handle, pointers, lengths, names, Count(len(texts)))

    def train(self):
        """Trains, and drops the classifier."""
        self.inlay.free("classifier", self.inlay.make("trainer_train", self.handle))

    def save(self, path):
        """Trains, and writes the head."""
        classifier = self.inlay.make("trainer_train", self.handle)
        try:
            self.inlay.call("classifier_save", classifier, str(path).encode())
        finally:
            self.inlay.free("classifier", classifier)
