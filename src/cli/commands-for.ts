import type { Command } from 'commander';
import type { Terminal } from './terminal.js';

type Register = (program: Command, terminal: Terminal) => void;

/** The commands in the order of the help, each by the names that it answers to. */
const commands: readonly { readonly names: readonly string[]; readonly load: () => Promise<Register> }[] = [
  { names: ['backfill'], load: async () => (await import('./commands/backfill.js')).backfillCommand },
  { names: ['cameras'], load: async () => (await import('./commands/cameras.js')).camerasCommand },
  { names: ['dashboard'], load: async () => (await import('./commands/dashboard.js')).dashboardCommand },
  { names: ['demo'], load: async () => (await import('./commands/demo.js')).demoCommand },
  { names: ['describe'], load: async () => (await import('./commands/describe.js')).describeCommand },
  { names: ['connect'], load: async () => (await import('./commands/connect.js')).connectCommand },
  { names: ['doctor'], load: async () => (await import('./commands/doctor.js')).doctorCommand },
  { names: ['groups'], load: async () => (await import('./commands/groups.js')).groupsCommand },
  { names: ['explain', 'replay', 'retrain'], load: async () => (await import('./commands/lineage.js')).lineageCommands },
  { names: ['models'], load: async () => (await import('./commands/models.js')).modelsCommand },
  { names: ['produce'], load: async () => (await import('./commands/produce.js')).produceCommand },
  { names: ['run'], load: async () => (await import('./commands/run.js')).runCommand },
  { names: ['schemas'], load: async () => (await import('./commands/schemas.js')).schemasCommand },
  { names: ['sql'], load: async () => (await import('./commands/sql.js')).sqlCommand },
  { names: ['tail'], load: async () => (await import('./commands/tail.js')).tailCommand },
  { names: ['topics'], load: async () => (await import('./commands/topics.js')).topicsCommand },
];

/** The commands that a command line may mean: those whose name is among its words, else all. What is not meant is not loaded: models and engines take time and memory. */
export async function commandsFor(argv: readonly string[]): Promise<Register[]> {
  const named = commands.filter(({ names }) => names.some((name) => argv.includes(name)));
  return await Promise.all((named.length > 0 ? named : commands).map(({ load }) => load()));
}
