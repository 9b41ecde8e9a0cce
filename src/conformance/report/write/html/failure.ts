/** One failed case on the page: what broke, its picture, the same in words, and how to see it again. */
import type { CaseResult } from '../../case-result.ts'
import type { FailureStory, StoryOperation, UnsyncedCall } from '../../story.ts'
import { escapeAttribute, escapeText } from '../escape.ts'
import { damagePicture } from './damage.ts'
import { outcomeCell } from './outcome.ts'
import { timelineOf } from './timeline.ts'

export function failureArticle(one: CaseResult): string {
  const { id, name, outcome, story, reason, replay, token } = one
  return [
    `<article id="${escapeAttribute(anchorOf(id))}">`,
    `<h3>${outcomeCell(outcome)} <code>${escapeText(id)}</code></h3>`,
    `<p>${escapeText(name)}</p>`,
    ...(story === undefined ? [] : storyLines(story, anchorOf(id), captionOf(reason))),
    ...(reason === undefined || story !== undefined ? [] : [`<pre>${escapeText(reason)}</pre>`]),
    ...(replay === undefined ? [] : ['<h4>Again</h4>', `<pre>${escapeText(replay)}</pre>`]),
    ...(replay !== undefined || token === undefined
      ? []
      : ['<h4>Again</h4>', `<pre>holdfast conform --replay ${escapeText(token)}</pre>`]),
    '</article>',
  ].join('\n')
}

/** Within the page. */
export function anchorOf(id: string): string {
  return `case-${id.replace(/[^A-Za-z0-9_-]/g, '-')}`
}

/** What is told in the first line of the reason: that it is the shortest history, and not the one that was found. */
function captionOf(reason: string | undefined): string[] {
  const [first = ''] = reason?.split('\n') ?? []
  return first === '' ? [] : [`<p>${escapeText(first.replace(/:$/, '.'))}</p>`]
}

function storyLines(story: FailureStory, anchor: string, caption: readonly string[]): string[] {
  const { rules, recovered, operations, earlier, crash, stderr, note } = story
  return [
    '<h4>What broke</h4>',
    `<ul>${rules.map(({ rule, text }) => `<li><b>${escapeText(rule)}</b>: ${escapeText(text)}</li>`).join('')}</ul>`,
    '<h4>What happened</h4>',
    ...caption,
    ...pictureOf(story, anchor),
    '<details><summary>The same, in words</summary>',
    `<ol start="${(earlier ?? 0) + 1}">${operations.map(operationItem).join('')}</ol>`,
    crash === undefined
      ? livedOn(story)
      : `<p>After call ${(earlier ?? 0) + crash.after}: ${escapeText(crash.text)}.</p>`,
    '</details>',
    ...(stderr === undefined
      ? []
      : ['<h4>The last that it wrote to standard error</h4>', preformatted(stderr)]),
    ...(story.unsynced === undefined ? [] : unsyncedLines(story.unsynced)),
    '<h4>What came back</h4>',
    preformatted(recovered.length === 0 ? ['nothing that could be read'] : recovered),
    ...(note === undefined ? [] : [`<p>${escapeText(note)}.</p>`]),
  ]
}

/** Of a closed store there is no process. */
function livedOn({ damage }: FailureStory): string {
  return damage === undefined ? '<p>The process lived on.</p>' : `<p>The store ${escapeText(damage.did)}.</p>`
}

function pictureOf(story: FailureStory, anchor: string): string[] {
  if (story.damage !== undefined)
    return [
      `<div class="wide" role="region" tabindex="0" aria-label="Damage">${damagePicture(story.damage, anchor)}</div>`,
    ]
  return [
    `<div class="wide" role="region" tabindex="0" aria-label="Timeline">${timelineOf(story, anchor)}</div>`,
    '<p class="quiet">A solid arrow is a call that was acked as durable, and a bar its sync, by what the storage promises. A dashed one was to wait in memory.</p>',
  ]
}

function preformatted(lines: readonly string[]): string {
  return `<pre>${escapeText(lines.join('\n'))}</pre>`
}

function unsyncedLines(calls: readonly UnsyncedCall[]): string[] {
  const items = calls.map(({ text, survived }) => {
    return `<li>${survived ? '\u2713 survived' : '\u2717 lost'}: <code>${escapeText(text)}</code></li>`
  })
  return ['<h4>What was not synced</h4>', `<ul class="calls">${items.join('')}</ul>`]
}

function operationItem({ text, ending, note, survived }: StoryOperation): string {
  const said = [
    ending,
    note,
    survived === undefined ? undefined : survived ? 'there afterwards' : 'not there afterwards',
  ]
  const words = said.filter((word) => word !== undefined).join('; ')
  return `<li><code>${escapeText(text)}</code> ${escapeText(words)}</li>`
}
