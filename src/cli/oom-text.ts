import type { OomKill } from '../core/kernel/oom-kill.js';
import { podOfKill } from './oom-json.js';

const MIB = 1024 * 1024;

/** Control characters shown, not obeyed: a process chooses its own name, and the terminal must not follow it. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function mib(bytes: number | null): string {
  return bytes === null ? 'unknown' : `${(bytes / MIB).toFixed(1)} MiB`;
}

function cause(kill: OomKill): string {
  if (kill.constraint === 'memcg') {
    const limit = kill.limitBytes === null ? '' : ` of ${mib(kill.limitBytes)}`;
    return kill.oomMemcg === null ? 'a memory cgroup ran out' : `limit${limit} of ${visible(kill.oomMemcg)}`;
  }
  const causes = {
    global: 'the node ran out',
    cpuset: 'the memory nodes of a cpuset ran out',
    mempolicy: 'the memory nodes of a policy ran out',
  };
  return kill.constraint === null ? 'the log does not say what ran out' : causes[kill.constraint];
}

/** A kill in a few lines for people. */
export function killText(kill: OomKill): string {
  const { victim, invoker } = kill;
  const when =
    kill.time ?? (kill.bootSeconds === null ? 'at an unknown time' : `${kill.bootSeconds} s after boot`);
  const lines = [
    `${when}: killed ${visible(victim.comm) || '(no name)'} (pid ${victim.pid})${kill.group ? ', with its whole cgroup' : ''}`,
    `  memory: anonymous ${mib(victim.anonRssBytes)}, file ${mib(victim.fileRssBytes)}, shared ${mib(victim.shmemRssBytes)}; oom_score_adj ${victim.oomScoreAdj ?? 'unknown'}`,
    `  cause: ${cause(kill)}`,
  ];
  const pod = podOfKill(kill);
  if (pod) lines.push(`  Pod: ${pod.uid} (${pod.qos}), container ${pod.containerId ?? 'unknown'}`);
  else if (kill.taskMemcg !== null) lines.push(`  cgroup: ${visible(kill.taskMemcg)}`);
  if (invoker) lines.push(`  asked for memory: ${visible(invoker.comm)} (pid ${invoker.pid ?? 'unknown'})`);
  if (kill.report === 'bare') lines.push('  the kernel printed no report for it (it prints 10 in 5 s)');
  return `${lines.join('\n')}\n`;
}
