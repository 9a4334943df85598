import type { Element } from 'xast';
import { toXml } from 'xast-util-to-xml';
import { x } from 'xastscript';
import { expectationText } from '../../../core/experiment/expectations.js';
import type { RunRecord } from '../../../core/experiment/record.js';
import type { ExpectationResult } from '../../../core/experiment/verdict.js';
import { cellText, endText, evidenceCell } from './texts.js';

/**
 * The verdict as JUnit XML, one test case an expectation: not met is a failure, what cannot be told an error. Without
 * expectations the run itself is the one case.
 */
export function runJunit(record: RunRecord): string {
  const seconds = (record.duration / 1000).toFixed(3);
  const results = record.verdict?.results ?? [];
  const cases = results.length === 0 ? [ranCase(record)] : results.map((result) => caseOf(record, result));
  const count = (name: string): string =>
    String(
      cases.filter(({ children }) =>
        children.some((child) => child.type === 'element' && child.name === name),
      ).length,
    );
  const totals = {
    tests: String(cases.length),
    failures: count('failure'),
    errors: count('error'),
    time: seconds,
  };
  const suite = x(
    'testsuite',
    {
      name: xmlText(`podstress ${record.key}`),
      ...totals,
      skipped: '0',
      timestamp: record.startedAt.slice(0, 19),
      hostname: xmlText(record.cluster.context),
    },
    cases,
  );
  return suiteFile(totals, suite);
}

/** JUnit XML of a run that could not be. */
export function couldNotRunJunit(name: string, reason: string): string {
  const totals = { tests: '1', failures: '0', errors: '1', time: '0' };
  const attributes = { name: xmlText(`podstress ${name}`), classname: 'podstress', time: '0' };
  const error = x('error', { message: xmlText(reason), type: 'could-not-run' }, xmlText(reason));
  return suiteFile(
    totals,
    x('testsuite', { name: xmlText(`podstress ${name}`), ...totals }, x('testcase', attributes, error)),
  );
}

function suiteFile(totals: Readonly<Record<string, string>>, suite: Element): string {
  const root = x(null, [
    { type: 'instruction', name: 'xml', value: 'version="1.0" encoding="UTF-8"' },
    x('testsuites', { name: 'podstress', ...totals }, suite),
  ]);
  return `${toXml(root)}\n`;
}

function ranCase(record: RunRecord): Element {
  const attributes = {
    name: 'ran',
    classname: xmlText(record.key),
    time: (record.duration / 1000).toFixed(3),
  };
  if (record.end !== 'failed') return x('testcase', attributes);
  const reason = xmlText(cellText(endText(record)));
  return x('testcase', attributes, x('error', { message: reason, type: 'could-not-run' }, reason));
}

function caseOf(record: RunRecord, result: ExpectationResult): Element {
  const attributes = { name: xmlText(expectationText(result)), classname: xmlText(record.key), time: '0' };
  const lines = result.evidence.map((one) => xmlText(cellText(evidenceCell(one))));
  if (result.outcome === 'met') {
    return x('testcase', attributes, lines.length === 0 ? [] : [x('system-out', lines.join('\n'))]);
  }
  const [kind, type] = result.outcome === 'not-met' ? ['failure', 'not-met'] : ['error', 'cannot-be-told'];
  return x('testcase', attributes, x(kind, { message: lines[0] ?? type, type }, lines.join('\n')));
}

/** What XML 1.0 can hold at all: a character that it forbids would make the file unreadable, escaped or not. */
function xmlText(text: string): string {
  return text.replaceAll(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\u{fffd}');
}
