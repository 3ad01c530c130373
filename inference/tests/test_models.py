import pytest

from clipscribe_inference import models


def test_a_name_cannot_leave_the_folder(tmp_path) -> None:
    for name in ["../base", "a/b/c", "", "/etc", "a/..", ".hidden"]:
        with pytest.raises(ValueError):
            models.model_directory(tmp_path, name)
    assert models.model_directory(tmp_path, "owner/name").parent == tmp_path


def test_an_installed_model_is_not_fetched_again(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(models, "_fetch", lambda *_: pytest.fail("fetched"))
    (tmp_path / "whisper-base").mkdir()
    (tmp_path / "whisper-base" / "model.bin").write_bytes(b"x")
    assert "whisper-base" in models.ensure_model(tmp_path, "base")
    assert models.installed_models(tmp_path) == ["base"]


def test_without_any_source_one_sentence_says_what_to_do(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert models.main(["ensure", "--models-directory", str(tmp_path), "--model", "small"]) == 1
    assert "HF_HUB_OFFLINE" in capsys.readouterr().err
    assert models.installed_models(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_model_is_not_installed(tmp_path) -> None:
    (tmp_path / "model.bin").write_bytes(b"damaged")
    with pytest.raises(models.ModelUnavailable, match="sha256"):
        models._verify(tmp_path / "model.bin", models.BASE_MODEL_SHA256)
