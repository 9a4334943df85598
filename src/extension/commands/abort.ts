import * as vscode from 'vscode';

/**
 * Runs a task under a notification that can cancel it by the signal. `report` replaces the line that says what is being
 * done now.
 */
export function withAbort<T>(
  title: string,
  task: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return Promise.resolve(
    vscode.window.withProgress(options, async (progress, token) => {
      const controller = new AbortController();
      const listening = token.onCancellationRequested(() => controller.abort());
      try {
        return await task(controller.signal, (message) => progress.report({ message }));
      } finally {
        listening.dispose();
      }
    }),
  );
}
