/**
 * Where a workspace's folder may have the file that an experiment names: its path in the folder, or below the folder's name where
 * the workspace has several. None for a path that leads out of the folder.
 */
export function workspaceCandidates(file: string, folder: string): readonly string[] {
  const segments = file.split(/[/\\]+/).filter((segment) => segment !== '' && segment !== '.');
  if (/^[/\\]|^[A-Za-z]:|\0/.test(file) || segments.length === 0 || segments.includes('..')) return [];
  const [first, ...rest] = segments;
  const whole = segments.join('/');
  return first === folder && rest.length > 0 ? [whole, rest.join('/')] : [whole];
}
