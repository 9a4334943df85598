import { patience } from '../system/patience.js';
import { waitFor } from '../system/wait.js';
import { type PodSeen, podsSeen } from './pods.js';
import { type StageWithBrowser, settle } from './stage.js';

/** One thing a user of the demo does, and what must be seen then. */
export interface Step {
  /** Short and unique: the name of its picture. */
  readonly id: string;
  readonly title: string;
  /** Answers what was seen, with numbers. Throws where it did not hold. */
  run(story: Story): Promise<string>;
}

/** The stage and what earlier steps found out. */
export interface Story {
  readonly stage: StageWithBrowser;
  /** Working sets before any stress, by Pod name, MiB. */
  readonly idle: Map<string, number>;
}

/** What counts as fallen back, MiB above idle. */
const NEAR_IDLE_MIB = 15;
const APPEAR_MS = 2_000;
const RISE = { timeoutMs: 15_000, intervalMs: 50 };
export const INJECT = /Inject/;
/** Not the `Stopping` that follows. */
export const STOP = /Stop$/;

export const STEPS: readonly Step[] = [
  {
    id: 'lens',
    title: 'the manifest shows its CodeLens',
    async run({ stage: { workbench } }) {
      await workbench.codeLens(INJECT).first().waitFor({ timeout: 40_000 });
      return quoted(await workbench.codeLensTexts());
    },
  },
  {
    id: 'pods',
    title: 'the Pods tree shows both Pods: working set, limit 500 MiB, Burstable',
    async run({ stage, idle }) {
      await stage.workbench.showViews('Podstress');
      await stage.workbench.widenSideBar(400);
      const pods = await waitFor('two Pods with their memory', () => twoPods(stage), { timeoutMs: 40_000 });
      for (const pod of pods) {
        expect(pod.limitMiB === 500, `limit of ${pod.name} is 500 MiB`, `${pod.limitMiB} MiB`);
        expect(pod.qosClass === 'Burstable', `${pod.name} is Burstable`, pod.qosClass);
        idle.set(pod.name, pod.workingSetMiB);
      }
      return describePods(pods);
    },
  },
  {
    id: 'inject',
    title: 'Inject from the lens: about +50 MiB in each Pod within 2 s, not +200',
    async run(story) {
      const { stage } = story;
      const { clickedAt } = await clickLens(story, INJECT, 'stop-shown');
      const both = 'both Pods rise';
      const seenAt = await waitFor(
        both,
        async () => ((await risen(story, 40)) ? performance.now() : null),
        RISE,
      );
      const took = seenAt - clickedAt;
      await settle();
      const pods = await podsSeen(stage.workbench);
      for (const pod of pods) {
        const added = addedMiB(story, pod);
        expect(added >= 45 && added <= 75, `${pod.name} has about 50 MiB more`, `${added.toFixed(0)} MiB`);
      }
      const { allowedMs, why } = patience(APPEAR_MS);
      const seen = `${(took / 1000).toFixed(1)} s${why}`;
      expect(took <= allowedMs, `it shows within ${(allowedMs / 1000).toFixed(1)} s`, seen);
      return `${describeAdded(story, pods)} after ${seen}`;
    },
  },
  {
    id: 'stop',
    title: 'Stop from the lens: the working sets fall back',
    async run(story) {
      await clickLens(story, STOP, 'stop-hidden');
      const pods = await waitFor('both Pods fall back', () => fallen(story), { timeoutMs: 20_000 });
      return describeAdded(story, pods);
    },
  },
  {
    id: 'inject-one',
    title: 'right click, Inject Memory Stress, 60MiB for 2m: only that Pod rises',
    async run(story) {
      const { workbench } = story.stage;
      const [name = '', other = ''] = [...story.idle.keys()];
      await workbench.contextMenu(workbench.treeRow(name), 'Inject Memory Stress');
      await workbench.answerStep('1/5', '60MiB');
      await workbench.answerStep('2/5');
      await workbench.answerStep('3/5', '2m');
      await workbench.answerStep('4/5');
      await workbench.answerStep('5/5');
      await waitFor(
        'the Pod rises',
        async () => (await risenPods(story, 50)).find((pod) => pod.name === name),
        {
          timeoutMs: 15_000,
        },
      );
      await settle();
      const pods = await podsSeen(workbench);
      for (const pod of pods) {
        const added = addedMiB(story, pod);
        if (pod.name === other)
          expect(added < NEAR_IDLE_MIB, `${other} stays as it was`, `+${added.toFixed(0)} MiB`);
        else expect(added >= 55 && added <= 85, `${name} has about 60 MiB more`, `+${added.toFixed(0)} MiB`);
      }
      return describeAdded(story, pods);
    },
  },
  {
    id: 'stop-one',
    title: 'right click, Stop: it falls back',
    async run(story) {
      const { workbench } = story.stage;
      const [name = ''] = [...story.idle.keys()];
      await workbench.contextMenu(workbench.treeRow(name), 'Stop');
      const pods = await waitFor('the Pod falls back', () => fallen(story), { timeoutMs: 20_000 });
      return describeAdded(story, pods);
    },
  },
  {
    id: 'warn',
    title: 'size 3000MiB: the lens warns',
    async run({ stage: { workbench } }) {
      await workbench.replaceWord('50MiB', '3000MiB');
      const warns = await waitFor(
        'a lens that warns',
        async () => (await workbench.codeLensTexts()).find((text) => /passes the 500 MiB limit/.test(text)),
        { timeoutMs: 15_000 },
      );
      return `"${warns}"`;
    },
  },
  {
    id: 'kills',
    title: 'Inject: the OOM panel streams the kills with Pod, victim, anonymous memory, oom_score_adj',
    async run(story) {
      await clickLens(story, INJECT, 'stop-shown');
      const kills = await waitFor('kills of both Pods in the OOM panel', () => killsOfBoth(story), {
        timeoutMs: 60_000,
      });
      await settle();
      return kills.map((kill) => `"${kill}"`).join(', ');
    },
  },
  {
    id: 'stop-storm',
    title: 'Stop: the working sets fall back, no stressor is left in the cgroups',
    async run(story) {
      await clickLens(story, STOP, 'stop-hidden');
      const pods = await waitFor('both Pods fall back', () => fallen(story), { timeoutMs: 30_000 });
      story.stage.remains.observe();
      const stressors = story.stage.remains.stressors();
      expect(stressors.length === 0, 'no stress-ng process is left', stressors.join(', '));
      return `${describeAdded(story, pods)}, 0 stressors`;
    },
  },
];

/** Clicks a lens; again where the click fell between two drawings of it and its effect does not come. */
export async function clickLens(
  { stage: { workbench } }: Story,
  lens: RegExp,
  effect: 'stop-shown' | 'stop-hidden',
): Promise<{ clickedAt: number }> {
  for (let attempt = 1; ; attempt++) {
    await workbench.codeLens(lens).first().click();
    const clickedAt = performance.now();
    try {
      const state = effect === 'stop-shown' ? 'visible' : 'hidden';
      await workbench.codeLens(STOP).first().waitFor({ state, timeout: 8_000 });
      return { clickedAt };
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function twoPods({ workbench }: StageWithBrowser): Promise<PodSeen[] | null> {
  const pods = await podsSeen(workbench);
  return pods.length === 2 && pods.every((pod) => pod.workingSetMiB > 0) ? pods : null;
}

async function risenPods(story: Story, leastMiB: number): Promise<PodSeen[]> {
  return (await podsSeen(story.stage.workbench)).filter((pod) => addedMiB(story, pod) >= leastMiB);
}

async function risen(story: Story, leastMiB: number): Promise<PodSeen[] | null> {
  const pods = await risenPods(story, leastMiB);
  return pods.length === story.idle.size ? pods : null;
}

async function fallen(story: Story): Promise<PodSeen[] | null> {
  const pods = await podsSeen(story.stage.workbench);
  const back = pods.filter((pod) => addedMiB(story, pod) < NEAR_IDLE_MIB);
  return back.length === story.idle.size ? pods : null;
}

/** The newest kill of a stressor in each of the Pods, as the panel's rows say it; null while one has none. */
async function killsOfBoth({ stage: { workbench }, idle }: Story): Promise<string[] | null> {
  const rows = await workbench.killRows();
  const kills = [...idle.keys()].flatMap((name) => {
    const row = rows.find(
      ({ container, victim, freed, adj }) =>
        container.includes(name) &&
        /^stress-ng/.test(victim) &&
        /^\d.* (KiB|MiB)$/.test(freed) &&
        adj === '1000',
    );
    return row === undefined ? [] : `${row.container}: ${row.victim}, ${row.freed}, oom_score_adj ${row.adj}`;
  });
  return kills.length === idle.size ? kills : null;
}

function addedMiB({ idle }: Story, { name, workingSetMiB }: PodSeen): number {
  return workingSetMiB - (idle.get(name) ?? Number.NaN);
}

function describePods(pods: readonly PodSeen[]): string {
  return pods
    .map(
      ({ name, workingSetMiB, limitMiB, qosClass }) =>
        `${shortName(name)} ${workingSetMiB} / ${limitMiB} MiB ${qosClass}`,
    )
    .join(', ');
}

function describeAdded(story: Story, pods: readonly PodSeen[]): string {
  return pods
    .map((pod) => {
      const added = Math.round(addedMiB(story, pod));
      return `${shortName(pod.name)} ${pod.workingSetMiB} MiB (${added < 0 ? '' : '+'}${added})`;
    })
    .join(', ');
}

/** The part of a Pod's name that tells the two apart. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('-') + 1);
}

function quoted(texts: readonly string[]): string {
  return texts.map((text) => `"${text}"`).join(', ');
}

function expect(holds: boolean, what: string, seen: string): void {
  if (!holds) throw new Error(`expected that ${what}, saw ${seen}`);
}
