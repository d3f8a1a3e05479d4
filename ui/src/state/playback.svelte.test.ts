import { describe, expect, it } from 'vitest';
import { ManualFrames } from '../../tests/frames';
import { traces } from '../../tests/traces';
import { Playback, scaleInWords } from './playback.svelte';

function playing(options: { reducedMotion?: boolean } = {}) {
  const frames = new ManualFrames();
  const playback = new Playback({ frames, ...options });
  return { frames, playback };
}

describe('a request just sent', () => {
  it('is shown once, in about a second, whatever it took', () => {
    for (const detail of Object.values(traces)) {
      const { frames, playback } = playing();
      playback.load(detail);
      expect(playback.playing).toBe(true);
      frames.pass(16 * 20);
      expect(playback.progress).toBeGreaterThan(0);
      expect(playback.progress).toBeLessThan(1);
      frames.pass(3_000);
      expect(playback.timeNs).toBe(detail.trace.total_ns);
      expect(playback.playing).toBe(false);
      expect(frames.idle).toBe(true);
    }
  });

  it('is followed by replays at the scale that was chosen', () => {
    const { frames, playback } = playing();
    playback.speed = 100;
    playback.load(traces.hit);
    expect(playback.scaleMsPerUs).toBe(10);
    frames.pass(5_000);
    expect(playback.scaleMsPerUs).toBe(100);
  });

  it('is not begun again by the same detail', () => {
    const { frames, playback } = playing();
    playback.load(traces.hit);
    frames.pass(5_000);
    playback.load(traces.hit);
    expect(playback.playing).toBe(false);
  });

  it('stands at its end at once where nothing may travel', () => {
    const { frames, playback } = playing({ reducedMotion: true });
    playback.load(traces.hit);
    expect(playback.playing).toBe(false);
    expect(playback.progress).toBe(1);
    expect(frames.idle).toBe(true);
  });
});

describe('a replay', () => {
  it('takes 20 ms for every microsecond at "1 µs = 20 ms"', () => {
    const { frames, playback } = playing();
    playback.load(traces.hit);
    playback.scaleMsPerUs = 20;
    playback.restart();
    frames.pass(16); // the first frame only sets the clock
    frames.pass(200);
    expect(playback.timeNs).toBeCloseTo(10_000, 6);
  });

  it('that fits takes seconds, not minutes, for a long trace', () => {
    const { frames, playback } = playing();
    playback.load(traces.slowed);
    playback.restart();
    frames.pass(25_000, 50);
    expect(playback.ended).toBe(true);
  });

  it('stops and goes on where it stopped', () => {
    const { frames, playback } = playing();
    playback.load(traces.miss);
    frames.pass(160);
    playback.toggle();
    const stopped = playback.timeNs;
    frames.pass(1_000);
    expect(playback.timeNs).toBe(stopped);
    playback.toggle();
    frames.pass(16);
    frames.pass(32);
    expect(playback.timeNs).toBeGreaterThan(stopped);
  });

  it('begins again from its end', () => {
    const { frames, playback } = playing();
    playback.load(traces.hit);
    frames.pass(5_000);
    playback.play();
    expect(playback.timeNs).toBe(0);
    expect(playback.playing).toBe(true);
  });
});

describe('stepping', () => {
  it('goes from step to step and rests at the end', () => {
    const { frames, playback } = playing();
    playback.load(traces.hit);
    frames.pass(5_000);

    const visited = [];
    for (let press = 0; press < 4; press++) {
      playback.stepForward();
      visited.push([playback.currentStep, playback.timeNs]);
    }
    expect(visited).toEqual([
      [0, 412],
      [1, 48_730],
      [2, 52_902],
      [null, 61_213],
    ]);
  });

  it('goes back to the beginning of the step, then to the one before, then to the start', () => {
    const { playback } = playing();
    playback.load(traces.hit);
    playback.seek(50_000);
    expect(playback.currentStep).toBe(1);
    playback.stepBack();
    expect(playback.timeNs).toBe(48_730);
    playback.stepBack();
    expect(playback.timeNs).toBe(412);
    playback.stepBack();
    expect(playback.timeNs).toBe(0);
  });

  it('stops the replay', () => {
    const { playback } = playing();
    playback.load(traces.hit);
    playback.stepForward();
    expect(playback.playing).toBe(false);
  });
});

it('says which step is under way, and when it is none', () => {
  const { playback } = playing();
  playback.load(traces.hit);
  playback.seek(20_000);
  expect(playback.currentStep).toBe(0);
  playback.seek(48_700);
  expect(playback.currentStep).toBe('other');
  playback.seek(1e12);
  expect([playback.timeNs, playback.currentStep]).toEqual([61_213, null]);
});

it('forgets what it played when there is nothing to play', () => {
  const { playback } = playing();
  playback.load(traces.hit);
  playback.load(null);
  expect([playback.timeNs, playback.progress, playback.currentStep]).toEqual([0, 0, null]);
  playback.play();
  expect(playback.playing).toBe(false);
});

it('says its scale in units that make it easy', () => {
  expect(scaleInWords(20)).toBe('1 µs = 20 ms');
  expect(scaleInWords(0.5)).toBe('1 ms = 500 ms');
  expect(scaleInWords(2_000)).toBe('1 µs = 2 s');
  expect(scaleInWords(0.0002)).toBe('1 s = 200 ms');
});
