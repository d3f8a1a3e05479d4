// The list of recordings as it is looked through: searched, by tags, recordings of one study together.

import type { About, RecordingState } from '../bindings/api';
import { conditionsInWords } from './conditions';
import { inWords, isVisitors, nameOf, paceInWords } from './workload';

/** A recording by itself, or those of one study. */
export interface Group {
  key: string;
  /** What the study is called; null of a recording by itself. */
  study: string | null;
  /** Of a study the baseline first. */
  recordings: readonly About[];
}

/** How it ended, in words, where it is not whole. */
export const ENDINGS: Record<RecordingState, string | null> = {
  under_way: 'under way',
  whole: null,
  stopped: 'stopped early',
  cut_short: 'cut short',
};

/** Whether each of the words stands somewhere in what is known of it. */
export function matches(about: About, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { workload } = about;
  const text = [
    about.name,
    about.note,
    ...about.tags,
    about.study?.name ?? '',
    conditionsInWords(about.conditions),
    isVisitors(workload) ? inWords(workload) : (nameOf(workload)?.name ?? ''),
    paceInWords(workload.pace),
    ENDINGS[about.state] ?? '',
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Those that have every one of the tags and match the search. */
export function found(list: readonly About[], search: string, tags: readonly string[]): readonly About[] {
  return list.filter((about) => tags.every((tag) => about.tags.includes(tag)) && matches(about, search));
}

/** Every tag there is, the most used first. */
export function tagsOf(list: readonly About[]): string[] {
  const used = new Map<string, number>();
  for (const tag of list.flatMap((about) => about.tags)) used.set(tag, (used.get(tag) ?? 0) + 1);
  return [...used.keys()].sort((a, b) => (used.get(b) ?? 0) - (used.get(a) ?? 0) || a.localeCompare(b));
}

/** Recordings of one study stand together, where its newest would stand. */
export function grouped(list: readonly About[]): Group[] {
  const groups = new Map<string, About[]>();
  for (const about of list) {
    const key = about.study ? `study ${about.study.key}` : `recording ${about.id}`;
    groups.set(key, [...(groups.get(key) ?? []), about]);
  }
  return [...groups].map(([key, recordings]) => ({
    key,
    study: recordings[0]?.study?.name ?? null,
    recordings: recordings.sort((a, b) => (a.study?.position ?? 0) - (b.study?.position ?? 0)),
  }));
}

/** Tags as somebody types them: apart by commas, each once. */
export const tagsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];
