import type * as vscode from 'vscode';
import type { Lab } from '../../lab/types.js';
import { type Restart, Restarts } from '../present/restarts.js';
import { listen } from '../session.js';
import { reinject } from '../settings.js';
import type { TalkingHost } from './host.js';

/** Asks, where the settings want it, at each restart that took a stress away: once for a restart, one question a container. */
export function watchRestarts(host: TalkingHost): vscode.Disposable {
  const muted = new Set<string>();
  const open = new Set<string>();
  const ask = async (lab: Lab, restart: Restart): Promise<void> => {
    const id = `${restart.key} ${restart.arrival.target}`;
    if (reinject() !== 'ask' || muted.has(restart.key) || open.has(id)) return;
    open.add(id);
    try {
      const { askReinject } = await import('./actions.js');
      if (await askReinject(host, lab, restart)) muted.add(restart.key);
    } finally {
      open.delete(id);
    }
  };
  return host.session.follow((lab, scope) => {
    const restarts = new Restarts();
    listen(scope, lab.experiments, (views) => {
      const connection = lab.connection.get();
      const user = connection.access?.user || null;
      for (const key of muted) if (!views.some((view) => view.key === key)) muted.delete(key);
      for (const restart of restarts.take(views, user)) {
        void ask(lab, restart).catch((error: unknown) => host.log.error(String(error)));
      }
    });
  });
}
