import { accessSync, constants, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { CliError } from './failure.js';

/** Reads a text: UTF-8, or UTF-16 where a byte-order mark says so. */
export function readText(file: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${reason(error)}`);
  }
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
  try {
    return new TextDecoder(wide ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CliError(`${file} is not UTF-8 text; save it as "CSV UTF-8"`);
  }
}

/**
 * Refuses an output that cannot be written, before hours of work; nothing is created.
 *
 * @param inputs - Files that must not be overwritten.
 */
export function checkOutput(file: string, inputs: readonly string[], option = 'out'): void {
  if (file === '') throw new CliError(`--${option} is empty; expected the name of a file`);
  if (inputs.some((input) => resolve(input) === resolve(file)))
    throw new CliError(`${file} is an input; choose another --${option}`);
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${reason(error)}`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw new CliError(`${file} cannot be written: it is a folder`);
}

/** Writes beside the file and renames: readers find the old content or the new, never a part. */
export function writeAtomic(file: string, content: string | Uint8Array): void {
  const draft = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, content);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new CliError(`${file} cannot be written: ${reason(error)}`);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
};

/** Why a file could not be used, for people. */
export function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
}
