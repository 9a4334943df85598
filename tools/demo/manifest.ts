import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The manifest of the Chaos Mesh article on memory stress, whose four workers share 50 MiB. */
const MEM_STRESS = `apiVersion: chaos-mesh.org/v1alpha1
kind: StressChaos
metadata:
  name: mem-stress
  namespace: chaos-mesh
spec:
  mode: all
  selector:
    namespaces:
      - hello-kubernetes
  stressors:
    memory:
      workers: 4
      size: 50MiB
      options: ['']
  duration: '1h'
`;

/** Puts the demo's manifest into the workspace folder; answers its path. */
export function writeManifest(folder: string): string {
  const file = join(folder, 'mem-stress.yaml');
  writeFileSync(file, MEM_STRESS);
  return file;
}
