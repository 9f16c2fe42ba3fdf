"""The mean of readers."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
from safetensors.torch import load_file, save_file  # noqa: E402

from eval.mean_reader import main  # noqa: E402


def reader(folder: Path, name: str, values: list[float]) -> Path:
    path = folder / f"{name}.safetensors"
    save_file({"head.bias": torch.tensor(values, dtype=torch.float16)}, path)
    return path


def test_each_weight_is_the_mean_by_share(tmp_path: Path) -> None:
    one, two = reader(tmp_path, "one", [1.0, 4.0]), reader(tmp_path, "two", [3.0, 0.0])
    assert main(["--out", str(tmp_path / "out"), f"{one}=0.75", f"{two}=0.25"]) == 0
    made = load_file(tmp_path / "out" / "reader.safetensors")
    assert made["head.bias"].tolist() == [1.5, 3.0] and made["head.bias"].dtype == torch.float16


def test_what_cannot_be_averaged_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, long = reader(tmp_path, "one", [1.0, 4.0]), reader(tmp_path, "long", [1.0, 4.0, 1.0])
    out = str(tmp_path / "out")
    assert main(["--out", out, f"{one}=0.5"]) == 2 and "make 0.5" in capsys.readouterr().err
    assert main(["--out", out, f"{one}=0.5", f"{long}=0.5"]) == 2 and "long" in capsys.readouterr().err
    assert main(["--out", out, f"{one}=0.5", f"{tmp_path / 'none'}=0.5"]) == 2 and "none" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--out", out, str(one)])
    assert "FILE=SHARE" in capsys.readouterr().err and not Path(out).exists()
