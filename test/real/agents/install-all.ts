import { installAgent } from './install.ts';
import { SUBJECTS } from './jobs/subjects.ts';

// Installs every agent CLI. One that cannot be installed is reported, and its tests are skipped.
for (const { pinned: agent } of Object.values(SUBJECTS))
  try {
    installAgent(agent);
  } catch (error) {
    process.stderr.write(
      `dogwatch: the tests of ${agent.package} ${agent.version} are skipped, it can't be installed: ${error instanceof Error ? error.message : error}\n`,
    );
  }
