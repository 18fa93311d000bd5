export type Role = 'owner' | 'member';

export interface Session {
  studio: string;
  role: Role;
}
