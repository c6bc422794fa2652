import { catchError, defer, from, type Observable, type ObservableInput, of } from 'rxjs';
import { errorMessage } from '../../src/core/values/error-message.ts';

/** What went wrong with something that says so itself, or fails; null: nothing did. */
export const problemOf = (attempt: () => ObservableInput<string | null>): Observable<string | null> =>
  defer(() => from(attempt())).pipe(catchError((error: unknown) => of(errorMessage(error))));
