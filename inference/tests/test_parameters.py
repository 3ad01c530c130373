import json

import pytest
from starlette.datastructures import FormData

from clipscribe_inference.parameters import regions_from, segments_from, transcription_job
from clipscribe_inference.problems import Problem
from clipscribe_inference.speech import Region


def test_the_form_is_read() -> None:
    form = FormData(
        [
            ("model", "whisper-base"),
            ("language", "EN"),
            ("temperature", "0.2"),
            ("response_format", "verbose_json"),
            ("timestamp_granularities[]", "word"),
            ("timestamp_granularities[]", "segment"),
            ("speech_regions", "[[0, 1.5], [2, 3]]"),
            ("resume_after", "1.75"),
        ]
    )
    job, answer = transcription_job(form, b"audio")
    assert (job.model, job.language, job.temperature, job.prompt) == ("base", "en", 0.2, None)
    assert job.speech_regions == [Region(0, 1.5), Region(2, 3)]
    assert job.resume_after == 1.75
    assert (answer.response_format, answer.granularities, answer.stream) == ("verbose_json", {"word", "segment"}, False)


@pytest.mark.parametrize(
    "field",
    [
        ("response_format", "docx"),
        ("temperature", "hot"),
        ("temperature", "2"),
        ("temperature", "nan"),
        ("prompt", "x" * 3000),
        ("speech_regions", "[[2, 1]]"),
        ("resume_after", "-1"),
        ("resume_after", "inf"),
        ("resume_after", "soon"),
    ],
)
def test_bad_fields_are_named(field: tuple[str, str]) -> None:
    with pytest.raises(Problem) as caught:
        transcription_job(FormData([field]), b"")
    assert caught.value.code == "InvalidInput"
    assert field[0] in caught.value.message


BAD_REGIONS = [
    "",
    "{}",
    "[1]",
    "[[1]]",
    "[[1,2,3]]",
    '[["a",2]]',
    "[[3,4],[1,2]]",
    "[[0,2],[1,3]]",
    "[[true,2]]",
    "[[0,1e999]]",
    "[" * 100_000,
]


@pytest.mark.parametrize("text", BAD_REGIONS)
def test_bad_regions_are_refused(text: str) -> None:
    with pytest.raises(Problem):
        regions_from(text)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {"language": 1},
        {"language": "en"},
        {"language": "en", "segments": [{"id": 1, "text": "a"}]},
        {"language": "en", "segments": [{}]},
    ],
)
def test_bad_segments_are_refused(document: object) -> None:
    with pytest.raises(Problem):
        segments_from(json.dumps(document).encode())
