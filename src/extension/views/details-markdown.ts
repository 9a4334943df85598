import * as vscode from 'vscode';
import type { Details } from '../present/pod-details.js';

/** Every value is text from a cluster: appended as text, never as Markdown. */
export function detailsMarkdown(details: Details): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString();
  markdown.isTrusted = false;
  markdown.supportHtml = false;
  markdown.appendMarkdown('**');
  markdown.appendText(oneLine(details.title));
  markdown.appendMarkdown('**  \n');
  markdown.appendText(oneLine(details.subtitle));
  markdown.appendMarkdown('\n\n');
  for (const worry of details.worries) {
    markdown.appendMarkdown('⚠ ');
    markdown.appendText(oneLine(worry));
    markdown.appendMarkdown('  \n');
  }
  markdown.appendMarkdown('\n| | | |\n|:--|:--|:--|\n');
  for (const { label, value, from } of details.rows) {
    for (const text of [label, value, from]) {
      markdown.appendMarkdown('| ');
      markdown.appendText(oneCell(text));
      markdown.appendMarkdown('&nbsp;&nbsp; ');
    }
    markdown.appendMarkdown('|\n');
  }
  markdown.appendMarkdown('\n');
  markdown.appendText(oneLine(details.note));
  return markdown;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

/** A line break would end the table's row, and a bar its cell. */
function oneCell(value: string): string {
  return oneLine(value).replaceAll('|', '¦');
}
