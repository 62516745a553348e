import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A running process, as the system lists it. */
export interface ProcessEntry {
  pid: number;
  parent: number;
  group: number;
  /** The group that its terminal sends Ctrl-C to; -1 without a terminal, 0 if it is not known. */
  foregroundGroup: number;
  /** Whether the environment that it was started with contains the text. */
  startedWith(text: string): boolean;
}

/** All processes that this user may see; empty if the system does not list them. */
export function listProcesses(): ProcessEntry[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

/**
 * Whether a Ctrl-C is sent to this process's group, and so to its children as well. Without a terminal, or in the background,
 * a SIGINT is sent only to this process.
 */
export function isInForeground(): boolean {
  const entry = process.platform === 'linux' ? readProc(process.pid) : fromPs().find(({ pid }) => pid === process.pid);
  return entry !== undefined && entry.group === entry.foregroundGroup;
}

function fromProc(): ProcessEntry[] {
  let names: string[];
  try {
    names = readdirSync('/proc');
  } catch {
    return [];
  }
  const pids = names.filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => readProc(Number(pid))).filter((entry) => entry !== undefined);
}

// man 5 proc_pid_stat: "pid (name) state ppid pgrp session tty_nr tpgid …"; the name may contain spaces and brackets.
function readProc(pid: number): ProcessEntry | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  const [state = '', parent, group, , , foregroundGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if ('ZX'.includes(state)) return undefined;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    foregroundGroup: Number(foregroundGroup),
    startedWith: (text) => readEnvironment(pid).includes(text),
  };
}

function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

// macOS: -E adds the environment to the command.
function fromPs(): ProcessEntry[] {
  const ps = spawnSync('ps', ['-A', '-E', '-ww', '-o', 'pid=,ppid=,pgid=,tpgid=,stat=,command='], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return (ps.stdout ?? '').split('\n').flatMap((line) => {
    const [, pid, parent, group, foregroundGroup, state = 'Z', command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (state.startsWith('Z') || Number(pid) === ps.pid) return [];
    return {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      foregroundGroup: Number(foregroundGroup),
      startedWith: (text: string) => command.includes(text),
    };
  });
}
