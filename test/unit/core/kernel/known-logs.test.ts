import assert from 'node:assert/strict';
import { killsOf, knownLogs } from './logs.js';

/** Three levels of 193 bytes and a container: longer than one record can hold beside its twin. */
const LONG_PATH =
  /^\/kubepods\.slice(\/kubepods-burstable-pod[^/]*_level_[123]_[^/]*\.slice){3}\/cri-containerd-a{64}\.scope$/;

describe('kernel logs with known truth', () => {
  const logs = knownLogs();
  it('has all seven', () => assert.equal(logs.length, 7));

  for (const { name, raw, kills: truth } of logs) {
    describe(name, () => {
      const kills = killsOf(raw);

      it('finds every kill and invents none', () => {
        assert.deepEqual(
          kills.map(({ victim }) => [victim.pid, victim.comm]),
          truth.map((kill) => [kill.pid, kill.comm]),
        );
      });

      it('tells the constraint, the memory and, where printed, oom_score_adj', () => {
        assert.deepEqual(
          kills.map(({ constraint, victim }) => [constraint, victim.anonRssBytes]),
          truth.map((kill) => [kill.constraint, kill.anon_rss_kb * 1024]),
        );
        for (const [index, kill] of truth.entries()) {
          if (kill.oom_score_adj !== null) assert.equal(kills[index]?.victim.oomScoreAdj, kill.oom_score_adj);
        }
      });

      it('names the true cgroup or none', () => {
        for (const [index, { scenario, true_task_memcg: path }] of truth.entries()) {
          const found = kills[index]?.taskMemcg;
          if (found === null) continue;
          if (path.startsWith('(')) assert.match(found ?? '', LONG_PATH, scenario);
          else assert.equal(found, path, scenario);
        }
      });

      it('names the cgroup of every memcg kill with a full report', () => {
        for (const [index, kill] of kills.entries()) {
          // A member of a group that spans a Pod: the log does not say in which of its containers.
          const inPodGroup = kill.group && truth[index]?.scenario === 'oomgroup-pod';
          if (kill.report === 'full' && kill.constraint === 'memcg' && !inPodGroup) assert.ok(kill.taskMemcg);
        }
      });
    });
  }
});
