import assert from 'node:assert/strict';
import { levelText, nodeDetails, nodeRow } from '../../../src/extension/present/nodes.js';
import type { NodeAgent, NodeView } from '../../../src/lab/types.js';
import type { NodeInfo } from '../../../src/protocol/agent/types.js';
import { english } from './support/language.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const MISSING: NodeAgent = {
  state: 'missing',
  since: '2026-11-21T11:55:00Z',
  podName: null,
  detail: null,
  info: null,
};
const INFO: NodeInfo = {
  apiVersion: 1,
  agentVersion: '0.1.0',
  nodeName: 'node-1',
  kernelRelease: '6.18.44',
  bootId: 'b',
  cgroupVersion: 2,
  cgroupMode: 'unified',
  cgroupDriver: 'systemd',
  groupKill: 'on',
  kernelLogRateLimit: null,
  memoryTotalBytes: 2 ** 34,
  memoryAvailableBytes: null,
  swapTotalBytes: 0,
  capabilities: { kernelLog: true, killCounters: true, stress: false, negativeOomScoreAdj: false },
};
const LIVE: NodeAgent = { ...MISSING, state: 'live', podName: 'podstress-agent-x', info: INFO };
const NODE: NodeView = {
  name: 'node-1',
  facts: {
    name: 'node-1',
    kernelVersion: '6.18.44',
    osImage: 'Debian',
    containerRuntime: 'containerd://2.1.4',
    kubeletVersion: 'v1.36.2',
    capacityBytes: 2 ** 34,
    allocatableBytes: 2 ** 33,
    ready: true,
    memoryPressure: false,
    unschedulable: false,
    taints: ['dedicated=db:NoSchedule'],
    labels: {},
  },
  agent: MISSING,
};

describe('the rows of the Nodes view', () => {
  const row = (node: NodeView) => nodeRow(node, NOW, english);
  const details = (node: NodeView) =>
    Object.fromEntries(nodeDetails(node, NOW, english).map(({ label, value }) => [label, value]));

  it('say kernel, cgroup version and agent, and offer what fits', () => {
    assert.deepEqual(row(NODE), {
      name: 'node-1',
      description: '6.18.44 · no agent',
      icon: 'missing',
      contextValue: 'node withoutAgent',
      sentence: 'Node node-1, ready, kernel 6.18.44, no agent',
    });
    const live = row({ ...NODE, agent: LIVE });
    assert.equal(live.description, '6.18.44 · cgroup v2 · agent live for 5 min');
    assert.deepEqual([live.icon, live.contextValue], ['live', 'node withAgent']);
    assert.equal(live.sentence, 'Node node-1, ready, kernel 6.18.44, cgroup v2, agent live for 5 min');
  });

  it('say what is wrong with the node or its agent first', () => {
    const facts =
      NODE.facts === null ? null : { ...NODE.facts, ready: false, memoryPressure: true, unschedulable: true };
    const ill = row({ ...NODE, facts });
    assert.equal(ill.description, 'not ready · memory pressure · cordoned · 6.18.44 · no agent');
    assert.equal(ill.icon, 'trouble');
    assert.doesNotMatch(ill.sentence, /, ready/);
    const lost: NodeAgent = { ...LIVE, state: 'lost', detail: 'ECONNREFUSED' };
    assert.equal(row({ ...NODE, agent: lost }).icon, 'trouble');
    assert.match(details({ ...NODE, agent: lost })['Agent'] ?? '', /^agent lost for 5 min · ECONNREFUSED/);
    const pulling: NodeAgent = { ...MISSING, state: 'installing', podName: 'p', detail: 'ImagePullBackOff' };
    assert.match(row({ ...NODE, agent: pulling }).description, /agent starting: ImagePullBackOff/);
    assert.equal(row({ ...NODE, agent: pulling }).contextValue, 'node withAgent');
  });

  it('tell all that is known, and how to know the rest', () => {
    assert.deepEqual(details({ ...NODE, agent: LIVE }), {
      Agent: 'agent live for 5 min · 0.1.0 · reads the kernel log',
      Kernel: '6.18.44',
      'cgroup version': 'v2 (unified)',
      'cgroup driver': 'systemd',
      'Group kill': 'on: an OOM kill ends the whole container',
      Swap: 'none',
      Memory: '16 GiB, of which Pods may have 8192 MiB',
      'Container runtime': 'containerd://2.1.4',
      kubelet: 'v1.36.2',
      Taints: 'dedicated=db:NoSchedule',
    });
    assert.equal(details(NODE)['Swap'], 'known once an agent runs there');
    const v1: NodeAgent = {
      ...LIVE,
      info: { ...INFO, cgroupVersion: 1, groupKill: null, swapTotalBytes: 2 ** 30 },
    };
    assert.match(details({ ...NODE, agent: v1 })['Group kill'] ?? '', /^not with cgroup v1/);
    assert.equal(details({ ...NODE, agent: v1 })['Swap'], '1024 MiB');
  });

  it('say so where Pods alone tell of a node', () => {
    const unlisted: NodeView = { ...NODE, facts: null };
    assert.equal(row(unlisted).description, 'no agent');
    assert.equal(details(unlisted)['Source'], 'Pods only: you may not list nodes');
    assert.equal(row({ ...unlisted, agent: LIVE }).description, '6.18.44 · cgroup v2 · agent live for 5 min');
  });
});

describe('the levels of the agent', () => {
  it('say what each may do, and that two of them are privileged', () => {
    const texts = (['counters', 'kernel-log', 'stress'] as const).map(
      (level) => levelText(level, english).explanation,
    );
    assert.deepEqual(
      texts.map((text) => /^(Unprivileged|Privileged)/.exec(text)?.[1]),
      ['Unprivileged', 'Privileged', 'Privileged'],
    );
    assert.match(texts[2] ?? '', /Not for clusters that serve/);
  });
});
