import process from 'node:process';

process.stderr.write('cvxnn: no command yet\n');
process.exitCode = 1;
