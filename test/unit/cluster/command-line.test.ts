import assert from 'node:assert/strict';
import { commandLine } from '../../../src/cluster/auth/command-line.js';

const ENV = { Path: 'C:\\tools;"C:\\Program Files (x86)\\gcloud\\bin"', ComSpec: 'C:\\Windows\\cmd.exe' };
const FILES = [
  'C:\\tools\\kubelogin.exe',
  'C:\\Program Files (x86)\\gcloud\\bin\\gcloud.cmd',
  'C:\\own\\login.bat',
];

function onWindows(command: string, ...args: string[]) {
  return commandLine(command, args, ENV, 'win32', async (path) => FILES.includes(path));
}

describe('how a credential plugin is started', () => {
  it('as it stands where there is no cmd.exe', async () => {
    assert.deepEqual(await commandLine('gcloud.cmd', ['a & b'], {}, 'linux'), {
      file: 'gcloud.cmd',
      args: ['a & b'],
      windowsVerbatimArguments: false,
    });
  });

  it('on Windows by PATH and PATHEXT; a program is started by itself, whatever its arguments', async () => {
    assert.deepEqual(await onWindows('kubelogin', 'a & b', '%PATH%'), {
      file: 'C:\\tools\\kubelogin.exe',
      args: ['a & b', '%PATH%'],
      windowsVerbatimArguments: false,
    });
    assert.equal((await onWindows('missing')).file, 'missing');
  });

  it('on Windows a batch file by cmd.exe, each argument in quotes', async () => {
    assert.deepEqual(await onWindows('gcloud', 'get token', '--out=json', 'C:\\a b'), {
      file: 'C:\\Windows\\cmd.exe',
      args: [
        '/d',
        '/v:off',
        '/s',
        '/c',
        '""C:\\Program Files (x86)\\gcloud\\bin\\gcloud.cmd" "get token" "--out=json" "C:\\a b""',
      ],
      windowsVerbatimArguments: true,
    });
    assert.equal((await onWindows('C:\\own\\login.bat')).args.at(-1), '""C:\\own\\login.bat""');
  });

  for (const argument of [
    'a&calc',
    '%PATH%',
    'a"b',
    '!x!',
    'a^b',
    'a|b',
    'a>b',
    'a\nb',
    'a\0',
    'a;b',
    'C:\\dir\\',
  ]) {
    it(`a batch file is not given ${JSON.stringify(argument)}`, async () => {
      await assert.rejects(onWindows('gcloud', argument), /batch file.*more than an argument.*\.exe/);
    });
  }
});
