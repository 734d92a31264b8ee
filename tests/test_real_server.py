"""One whole answer over the wire of a real inference server: `transformers serve`, a tiny model."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Settings
from assistant.writing.llm import complete_chat, connect

pytest.importorskip("accelerate", reason="transformers serve loads models with accelerate")

ARTICLE = "甲市与乙市签约\n\n2023年5月8日，甲市与乙市签约重点项目60个，总投资325亿元。\n"
PATIENCE = 120.0
MAKE = """
import sys
import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

words = ["<unk>", "<s>", "</s>", *dict.fromkeys("甲市与乙签约重点项目个总投资亿元，。0123456789[]")]
tokenizer = Tokenizer(WordLevel({word: row for row, word in enumerate(words)}, unk_token="<unk>"))
tokenizer.pre_tokenizer = Split("", "isolated")
fast = PreTrainedTokenizerFast(
    tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>"
)
fast.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
fast.save_pretrained(sys.argv[1])
torch.manual_seed(7)
config = LlamaConfig(
    vocab_size=len(words), hidden_size=32, intermediate_size=64, num_hidden_layers=1,
    num_attention_heads=2, max_position_embeddings=8192, bos_token_id=1, eos_token_id=2,
    pad_token_id=2,
)
LlamaForCausalLM(config).save_pretrained(sys.argv[1])
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address of the server and name of its model."""
    home = tmp_path_factory.mktemp("home")
    model = home / "tiny"
    (home / "hub").mkdir()
    environment = os.environ | {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    subprocess.run(
        [sys.executable, "-c", MAKE, str(model)], env=environment, check=True, capture_output=True
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", str(model)]
    command += ["--device", "cpu", "--host", "127.0.0.1", "--port", str(port)]
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + PATIENCE
        while not is_up(port):
            assert process.poll() is None, (home / "log").read_text("utf-8")[-2000:]
            assert time.monotonic() < end, (home / "log").read_text("utf-8")[-2000:]
            time.sleep(0.3)
        yield f"http://127.0.0.1:{port}/v1", str(model)
    finally:
        process.terminate()
        process.wait(20)


def is_up(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_a_chat_streams(server: tuple[str, str]) -> None:
    url, model = server
    llm = connect(
        "openai", url, model, "", timeout=60, temperature=0, context_tokens=4096, answer_tokens=24
    )
    text = complete_chat(llm, [{"role": "user", "content": "甲市与乙市签约"}], timeout=60)
    assert text


def test_an_answer_goes_all_the_way(server: tuple[str, str], tmp_path: Path) -> None:
    url, model = server
    (tmp_path / "签约.txt").write_text(ARTICLE, "utf-8")
    settings = Settings(
        data_dir=tmp_path / "data",
        llm_base_url=url,
        llm_model=model,
        llm_answer_tokens=64,
        llm_temperature=0,
    )
    with Assistant(settings) as assistant:
        assistant.add(tmp_path / "签约.txt")
        answer = assistant.ask("甲市与乙市签约了多少个重点项目？")
    assert isinstance(answer, Answer)
    # The words are noise: what counts is that they came whole, and none was taken for checked.
    assert (answer.mode, answer.reason) == ("llm", "")
    assert answer.model == model
    assert answer.sentences
    for sentence in answer.sentences:
        assert sentence.citations or sentence.status == "unsupported"


def test_a_model_that_is_not_there_is_told(server: tuple[str, str]) -> None:
    from assistant.errors import LLMUnavailable

    url, _ = server
    llm = connect(
        "openai", url, "nobody/nothing", "", timeout=60, temperature=0, context_tokens=4096,
        answer_tokens=24,
    )  # fmt: skip
    with pytest.raises(LLMUnavailable):
        complete_chat(llm, [{"role": "user", "content": "问"}], timeout=30)
