import { catchError, defer, from, type Observable, type ObservableInput, of } from 'rxjs';
import { errorMessage } from '../../src/core/values/error-message.ts';

/**
 * Emits what went wrong with an attempt that returns its problem or fails, or null if nothing did.
 */
export const problemOf = (attempt: () => ObservableInput<string | null>): Observable<string | null> =>
  defer(() => from(attempt())).pipe(catchError((error: unknown) => of(errorMessage(error))));
