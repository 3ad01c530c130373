"""Whisper by faster-whisper and CTranslate2: windows of samples in, text and aligned words out."""

import math
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio, get_suppressed_tokens, merge_punctuations

from .audio import SAMPLE_RATE_HZ

BEAM_SIZE = 5
BEST_OF = 5
FRAMES_PER_SECOND = 100
FULL_WINDOW_FRAMES = 3_000
# Whisper was trained on windows padded with silence to 30 s, and the encoder is most of the work. Half a second
# of silence after the sound is enough for windows of some length; short ones are padded in full, since their text
# suffers most, and there are few.
TRAILING_SILENCE_FRAMES = 50
SHORT_INPUT_FRAMES = 1_550
# The encoder costs by length, and half a window tells the language as well as a whole one.
LANGUAGE_SECONDS = 14
LANGUAGE_FRAMES = 1_500
CERTAIN_LANGUAGE_SECONDS = 8
CERTAIN_LANGUAGE_PROBABILITY = 0.9
PREPENDED_PUNCTUATION = "\"'“¿([{-"
APPENDED_PUNCTUATION = "\"'.。,，!！?？:：”)]}、"


# What Whisper was trained for: to write speech down in its own language, or in English whatever it is in.
Task = Literal["transcribe", "translate"]


@dataclass(frozen=True)
class Search:
    """How text is searched for: beam search at temperature 0, the best of several samples above."""

    temperature: float = 0.0
    # Phrases of so many tokens may not come twice; 0: no such rule.
    unrepeated_tokens: int = 0

    def options(self) -> dict:
        """As CTranslate2 takes them."""
        if self.temperature == 0:
            return {"beam_size": BEAM_SIZE, "no_repeat_ngram_size": self.unrepeated_tokens}
        sampling = {"sampling_topk": 0, "sampling_temperature": self.temperature}
        return {"beam_size": 1, "num_hypotheses": BEST_OF, **sampling}


@dataclass(frozen=True)
class AlignedWord:
    """A word with the punctuation around it, in seconds on the window's clock. `text` keeps its leading space."""

    text: str
    start: float
    end: float
    probability: float
    tokens: tuple[int, ...]


@dataclass(frozen=True)
class Decoded:
    """What the model heard in one window."""

    text: str
    words: tuple[AlignedWord, ...]
    average_log_probability: float
    no_speech_probability: float
    compression_ratio: float
    temperature: float
    # The language that the text is in, and how probable the sound makes that; 1 where nobody asked.
    language: str
    language_probability: float = 1.0


class SpeechModel:
    """One Whisper model in memory. Methods may be called from `lanes` threads at once."""

    def __init__(self, directory: Path, device: str = "auto", threads: int | None = None):
        """`threads`: processor cores to use; all by default. Takes about a second for Whisper base."""
        if device == "auto":
            device = "cuda" if ctranslate2.get_cuda_device_count() > 0 else "cpu"
        threads = threads or os.cpu_count() or 1
        # Two decodes side by side waste less than one with twice the threads: short matrix products do not
        # share well, and the Python part of one runs beside the other.
        self.lanes = 2 if device == "cpu" and threads > 1 else 1
        self.batch_size = 4 if device == "cpu" else 16
        self._model = WhisperModel(
            str(directory),
            device=device,
            compute_type="int8" if device == "cpu" else "float16",
            cpu_threads=max(1, threads // self.lanes),
            num_workers=self.lanes,
        )

    @property
    def translates(self) -> bool:
        """Whether the model knows other languages than English."""
        return self._model.model.is_multilingual

    @property
    def languages(self) -> list[str]:
        """Codes of the languages the model knows."""
        return self._model.supported_languages

    def detect_language(self, windows: list[np.ndarray]) -> tuple[str, float]:
        """The language most likely spoken over several windows, weighted by length, and its probability.

        Listens to the start of each, and stops as soon as one leaves no doubt.
        """
        if not self._model.model.is_multilingual:
            return "en", 1.0
        totals: dict[str, float] = {}
        heard = 0
        for samples in windows:
            start = samples[: LANGUAGE_SECONDS * SAMPLE_RATE_HZ]
            found = self._language_probabilities(self._encode_at([self._features(start)], LANGUAGE_FRAMES))[0]
            for language, probability in found.items():
                totals[language] = totals.get(language, 0.0) + probability * start.size
            heard += start.size
            is_certain = max(found.values()) >= CERTAIN_LANGUAGE_PROBABILITY
            if start.size >= CERTAIN_LANGUAGE_SECONDS * SAMPLE_RATE_HZ and is_certain:
                break
        language = max(totals, key=lambda code: totals[code])
        return language, totals[language] / heard

    def language_probabilities(self, windows: list[np.ndarray]) -> list[dict[str, float]]:
        """How probable each language is in each window. Only the first 15 s of one are listened to."""
        if not self._model.model.is_multilingual:
            return [{"en": 1.0} for _ in windows]
        features = [self._features(samples) for samples in windows]
        return self._language_probabilities(self._encode_at(features, LANGUAGE_FRAMES))

    def _language_probabilities(self, encoded: ctranslate2.StorageView) -> list[dict[str, float]]:
        found = self._model.model.detect_language(encoded)
        return [{token.strip("<|>"): probability for token, probability in one} for one in found]

    def decode(
        self,
        windows: list[np.ndarray],
        language: str,
        prompt: str | None = None,
        search: Search | None = None,
        listen_for_language: bool = False,
        task: Task = "transcribe",
    ) -> list[Decoded]:
        """Decodes windows (samples at 16 kHz, at most 30 s each) in one batch, without time-stamp tokens.

        Time stamps inside the text cost accuracy in batches, so word times come from alignment. The same input
        gives the same text, except at temperatures above 0. `listen_for_language` adds how probable it is that
        the language is the right one, for one more step of the text decoder. `task` `translate` writes English whatever
        is spoken.
        """
        search = search or Search()
        tokenizer = Tokenizer(self._model.hf_tokenizer, self._model.model.is_multilingual, task, language)
        if task == "translate":
            # The text is English: its words are divided by blanks, also where Japanese is spoken.
            tokenizer.language_code = "en"
        features = [self._features(samples) for samples in windows]
        encoded = self._encode(features)
        listens = listen_for_language and self._model.model.is_multilingual
        likely = self._language_probabilities(encoded) if listens else [{language: 1.0} for _ in windows]
        previous = tokenizer.encode(" " + prompt.strip()) if prompt else []
        tokens = self._model.get_prompt(tokenizer, previous, without_timestamps=True)
        results = self._model.model.generate(
            encoded,
            [tokens] * len(windows),
            max_length=self._model.max_length,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            **search.options(),
        )
        texts = [[token for token in result.sequences_ids[0] if token < tokenizer.eot] for result in results]
        alignments = self._align(tokenizer, texts, encoded, [feature.shape[-1] for feature in features])
        return [
            replace(
                _decoded(tokenizer, result, text, words, search.temperature),
                language_probability=probabilities.get(language, 0.0),
            )
            for result, text, words, probabilities in zip(results, texts, alignments, likely, strict=True)
        ]

    def _features(self, samples: np.ndarray) -> np.ndarray:
        """Mel spectrogram of the sound alone; the last frame is made of padding and left out."""
        return self._model.feature_extractor(samples[: 30 * SAMPLE_RATE_HZ])[..., :-1]

    def _encode(self, features: list[np.ndarray]) -> ctranslate2.StorageView:
        longest = max(feature.shape[-1] for feature in features) + TRAILING_SILENCE_FRAMES
        frames = FULL_WINDOW_FRAMES if longest <= SHORT_INPUT_FRAMES else math.ceil(longest / 50) * 50
        return self._encode_at(features, min(FULL_WINDOW_FRAMES, frames))

    def _encode_at(self, features: list[np.ndarray], frames: int) -> ctranslate2.StorageView:
        padded = [pad_or_trim(feature, frames) for feature in features]
        if self._model.model.device != "cpu":
            return self._model.encode(np.stack(padded))
        # On a CPU one after another is a fifth faster than a batch: the activations of one fit into its cache.
        encoded = [np.asarray(self._model.encode(feature)) for feature in padded]
        return ctranslate2.StorageView.from_array(np.concatenate(encoded))

    def _align(
        self, tokenizer: Tokenizer, texts: list[list[int]], encoded: ctranslate2.StorageView, frames: list[int]
    ) -> list[list[AlignedWord]]:
        if not any(texts):
            return [[] for _ in texts]
        aligned: list[list[AlignedWord]] = []
        for words in self._model.find_alignment(tokenizer, texts, encoded, frames):
            merge_punctuations(words, PREPENDED_PUNCTUATION, APPENDED_PUNCTUATION)
            aligned.append(
                [
                    AlignedWord(
                        word["word"],
                        float(word["start"]),
                        float(word["end"]),
                        float(word["probability"]),
                        tuple(word["tokens"]),
                    )
                    for word in words
                    if word["word"].strip()
                ]
            )
        return aligned


def _decoded(tokenizer: Tokenizer, result, tokens: list[int], words: list[AlignedWord], temperature: float) -> Decoded:
    text = tokenizer.decode(tokens)
    length = len(result.sequences_ids[0])
    return Decoded(
        text=text,
        words=tuple(words),
        # The score is the mean over the tokens without the end token; Whisper counts that one too.
        average_log_probability=result.scores[0] * length / (length + 1),
        no_speech_probability=result.no_speech_prob,
        compression_ratio=get_compression_ratio(text.strip()) if text.strip() else 0.0,
        temperature=temperature,
        language=tokenizer.language_code,
    )
